// The call of this user, if there is one: who calls whom, and how far it has come. A core: packets and wishes come in,
// packets and news go out. Sound and picture are the business of the tab that has the call; see call.js.
//
// The packets of a call have room for one session description each way, and none for candidates that are found later:
// so each description is sent with all candidates that it has by then (no trickle ICE), and what a call may need, also
// its picture, is agreed on at its beginning.

import { ClientType } from './messages.js';

/** What an answer says, by its code; anything else is a refusal. */
const answers = ['taken', 'refused', 'busy', 'away', 'noAnswer', 'impossible'];
const codes = { taken: 0, refused: 1, busy: 2 };
const utf8 = new TextEncoder();
const fromUTF8 = new TextDecoder();
/** Of a description (`CallDesk.maxBodyBytes` of the server). */
export const largestDescription = 32 << 10;

export class Calls {
  /**
   * `{ peer, caller, number, phase, tab, description }` while there is one; `description` is the one of the other side.
   * Phases: `calling`, `ringing`, `accepting` (a tab has taken it, and makes its description), `talking`.
   */
  #call = null;
  #me = 0;
  #out;

  /** - out: `send(name, message)`, `tell(event)`, `isOnline()`. */
  constructor(out) { this.#out = out; }

  /** What pages are told. */
  get event() { return { is: 'call', call: this.#call && { ...this.#call }, ended: null }; }

  loggedIn(me) { this.#me = me; }

  /** No call survives its session. */
  lost() { if (this.#call) this.#end('lost'); }

  // What a tab wants

  /** - number: names the call among those of this user; at most 53 bits. */
  call(tab, peer, number, description) {
    const body = utf8.encode(description);
    if (!this.#out.isOnline()) return this.#refuse(tab, peer, 'lost');
    if (this.#call || body.length > largestDescription) return this.#refuse(tab, peer, 'impossible');
    this.#call = { peer, caller: this.#me, number, phase: 'calling', tab, description: null };
    this.#out.send('avCallInitiateReq', { ...this.#title, callerClientType: ClientType.windows, body });
    this.#tell();
  }

  /** The first tab that takes it has it. */
  take(tab) {
    if (this.#call?.phase !== 'ringing') return;
    Object.assign(this.#call, { phase: 'accepting', tab });
    this.#tell();
  }

  answer(tab, description) {
    const body = utf8.encode(description);
    if (this.#call?.phase !== 'accepting' || this.#call.tab !== tab) return;
    if (body.length > largestDescription) return this.hangUp();
    this.#answer(codes.taken, body);
    this.#call.phase = 'talking';
    this.#tell();
  }

  /** Refused, given up or hung up, whichever it is by now. */
  hangUp(reason = 'over') {
    if (!this.#call) return;
    const { phase } = this.#call;
    if (phase === 'ringing' || phase === 'accepting') this.#answer(codes.refused);
    else this.#out.send(phase === 'calling' ? 'avCallCancelReq' : 'avCallHungUpReq', this.#title);
    this.#end(reason);
  }

  /** A tab is closed. */
  left(tab) { if (this.#call?.tab === tab) this.hangUp(); }

  // What the server says

  received(name, message) {
    if (name === 'avCallInitiateReq') this.#rings(message);
    else if (name === 'avCallInitiateRes') this.#answered(message);
    else this.#over(message);
  }

  #rings({ fromID: caller, callID: number, body }) {
    if (this.#call) {
      if (this.#call.caller === caller && this.#call.number === number) return;
      // It was told to ring before the server knew of the other call.
      const title = { fromID: caller, toID: this.#me, callID: number };
      this.#out.send('avCallInitiateRes', { ...title, ...answerOf(codes.busy) });
      return;
    }
    this.#call = {
      peer: caller, caller, number, phase: 'ringing', tab: null, description: fromUTF8.decode(body),
    };
    this.#tell();
  }

  #answered({ callID, code, body }) {
    if (this.#call?.phase !== 'calling' || this.#call.number !== callID) return;
    if (code !== codes.taken) return this.#end(answers[code] ?? 'refused');
    Object.assign(this.#call, { phase: 'talking', description: fromUTF8.decode(body) });
    this.#tell();
  }

  #over({ fromID, callID }) {
    if (this.#call?.caller === fromID && this.#call.number === callID) this.#end('over');
  }

  // Inside

  get #title() {
    const { caller, peer, number } = this.#call;
    return { fromID: caller, toID: caller === this.#me ? peer : this.#me, callID: number };
  }

  #answer(code, body) { this.#out.send('avCallInitiateRes', { ...this.#title, ...answerOf(code, body) }); }

  /** What a tab wants cannot be; the call that there is goes on. */
  #refuse(tab, peer, reason) { this.#out.tell({ ...this.event, ended: { tab, peer, reason } }); }

  #end(reason) {
    const { tab, peer, phase } = this.#call;
    this.#call = null;
    this.#out.tell({ is: 'call', call: null, ended: { tab, peer, reason, phase } });
  }

  #tell() { this.#out.tell(this.event); }
}

const answerOf = (code, body = new Uint8Array()) => (
  { calledClientType: ClientType.windows, code, reason: '', body });
