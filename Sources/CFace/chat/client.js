// One user on one device. A core: packets, wishes of pages and the time come in, effects and news for pages go out.
//
// Effects: `{ do: 'open', url }`, `{ do: 'close' }`, `{ do: 'send', bytes }`, `{ do: 'keep', store, values, removed }`,
// `{ do: 'forget' }`, `{ do: 'upload', key, blob, name }`, `{ do: 'stopUpload', key }`, for files `{ do: 'carry', key,
// task, blob }`, `{ do: 'stopCarrying', key }`. News are told to `hear`.

import { Calls } from './calls.js';
import { isGroup, numberOf } from './conversation.js';
import { Directory } from './directory.js';
import { packHint, readHint } from './hints.js';
import { closeCodes, Link } from './link.js';
import { ClientType, KickReasonType, ResultType, UserStatType } from './messages.js';
import { md5 } from './md5.js';
import { pack, unpack } from './packets.js';
import { Questions } from './questions.js';
import { Talks } from './talks.js';
import { Transfers } from './transfers.js';

const busyWait = 2_000;

export class Client {
  effects = [];
  /** `{ name, token, id }` of whoever is signed in; the password is known until there is a token. */
  account = null;
  directory;
  talks;
  transfers;
  calls;
  #link;
  #questions = new Questions();
  #password = null;
  /** Another device has taken this user's place, or the server has put him out. */
  #displaced = null;
  /** The token is worth nothing any more: what this device knows waits for its user's password. */
  #isLocked = false;
  /** Why the sign-in was refused. */
  #refusal = null;
  #hear;
  #now = 0;

  /** - fetch: gives what is kept of a conversation between two ids. */
  constructor({ servers, random, hear, fetch }) {
    this.#hear = hear;
    this.#link = new Link(servers, random, this.effects);
    const out = {
      ask: (name, message, answered) => this.#ask(name, message, answered),
      send: (name, message) => this.#send(name, this.#questions.nextNumber(), message),
      keep: (store, values, removed = []) => this.effects.push({ do: 'keep', store, values, removed }),
      isOnline: () => this.isOnline,
      effect: (effect) => this.effects.push(effect),
      meet: (keys, people) => this.directory.meet(keys, people),
      tell: hear, fetch,
    };
    const [directory, talks, transfers, calls] = [Directory, Talks, Transfers, Calls].map((Part) => new Part(out));
    Object.assign(this, { directory, talks, transfers, calls });
  }

  get isOnline() { return this.#link.phase === 'online'; }

  /** What pages show of the connection. */
  get state() {
    const { until, problem } = this.#link;
    return {
      is: 'state', phase: this.#phase, until, problem, refusal: this.#refusal, displaced: this.#displaced,
      me: this.#isLocked ? 0 : this.account?.id ?? 0, name: this.account?.name ?? '',
    };
  }

  get #phase() {
    if (this.#displaced) return 'displaced';
    return this.#password || (this.account && !this.#isLocked) ? this.#link.phase : 'signedOut';
  }

  // What happens

  /** - kept: what this device knows from before: `account` and the contents of the stores. */
  restore(kept, now) {
    this.account = kept.account ?? null;
    if (!this.account) return;
    this.directory.restore(kept);
    this.talks.restore(this.account.id, kept.conversations, kept.outbox);
    this.transfers.restore(this.account.id, kept.files);
    this.#isLocked = this.account.token.length === 0;
    if (!this.#isLocked) this.#start(now);
  }

  know(servers) { this.#link.know(servers); }

  opened(now) { this.#turn(now, () => this.#link.opened(now)); }

  /** - code: of the WebSocket. */
  closed(code, now) {
    this.#turn(now, () => {
      this.#questions.clear();
      const wait = code === closeCodes.busy || code === closeCodes.tooFast ? busyWait : 0;
      this.#link.lost(code === closeCodes.drained ? 'drained' : 'lost', now, wait);
    });
  }

  received(bytes, now) {
    this.#turn(now, () => {
      const packet = unpack(bytes);
      this.#link.heard();
      if (packet) this.#take(packet);
    });
  }

  tick(now) {
    this.#turn(now, () => {
      this.#link.tick(now);
      if (!this.isOnline) return;
      for (const { name, message, answered } of this.#questions.due(now)) this.#ask(name, message, answered);
      // A send has no answer if it is refused: what is always answered tells if the server is there.
      if (this.talks.sendDue(now)) this.#beat();
    });
  }

  // What pages want

  signIn(name, password, now) {
    this.#turn(now, () => {
      this.#password = { name, secret: md5(password) };
      this.#refusal = null;
      this.#start(now);
    });
  }

  /** The user goes on here, and is put out elsewhere. */
  useHere(now) {
    this.#turn(now, () => {
      this.#displaced = null;
      this.#start(now);
    });
  }

  hurry(now) {
    this.#turn(now, () => {
      this.#link.hurry(now);
      this.#link.tick(now);
    });
  }

  /** What this device knows of the user is forgotten. */
  signOut(now) {
    this.#turn(now, () => {
      if (this.isOnline) this.#send('logoutReq', this.#questions.nextNumber());
      this.#forget();
    });
  }

  /** Asks something that somebody waits for; nothing is repeated, as doing it twice may be wrong. */
  request(name, message, answered, now) {
    this.#turn(now, () => {
      if (!this.isOnline) return answered(null);
      this.#ask(name, { userID: this.account.id, ...message }, answered, () => answered(null));
    });
  }

  /** What one wants to know of these groups. */
  askForGroups(ids, now) { this.#turn(now, () => this.directory.askForGroups(ids)); }

  /** A small command for another user: nothing of it is stored. */
  hint(to, serviceID, number, content, now) {
    this.#turn(now, () => {
      if (!this.isOnline) return;
      const cmdMsgData = packHint(serviceID, number, content);
      this.#send('p2pCmd', this.#questions.nextNumber(), { fromUserID: 0, toUserID: to, cmdMsgData });
    });
  }

  // Inside

  #turn(now, body) {
    // The clock was set back: what is due in a moment would be due in an hour.
    const back = this.#now - now;
    if (back > 0) for (const core of [this.#link, this.#questions, this.talks.outbox]) core.clockSetBack(back);
    this.#now = now;
    const before = JSON.stringify(this.state);
    body();
    this.#login();
    if (!this.isOnline) this.calls.lost();
    if (JSON.stringify(this.state) !== before) this.#hear(this.state);
  }

  #start(now) {
    this.#link.stop();
    this.#link.start(now);
  }

  /** The link says when it is time for these. */
  #login() {
    for (let index = 0; index < this.effects.length; index += 1) {
      const { do: what } = this.effects[index];
      if (what !== 'login' && what !== 'beat') continue;
      this.effects.splice(index, 1);
      index -= 1;
      if (what === 'beat') this.#beat();
      else this.#send('loginReq', this.#questions.nextNumber(), {
        userName: this.#password?.name ?? this.account.name, password: this.#password?.secret ?? '',
        onlineStatus: UserStatType.online, clientType: ClientType.windows, clientVersion: 'web',
        sessionToken: this.#password ? new Uint8Array() : this.account.token,
      });
    }
  }

  #beat() {
    this.#link.asked(this.#now);
    this.#send('heartBeat', this.#questions.nextNumber());
  }

  #send(name, number, message) { this.effects.push({ do: 'send', bytes: pack(name, number, message) }); }

  #ask(name, message, answered, failed) {
    if (!this.isOnline) return failed?.();
    this.#link.asked(this.#now);
    this.#send(name, this.#questions.add(name, message, answered, failed, this.#now), message);
  }

  #take({ name, sequence, message }) {
    switch (name) {
      case 'loginRes': return this.#loginAnswered(message);
      case 'kickUser': return this.#kicked(message);
      case 'msgData': return this.talks.pushed(message);
      case 'msgDataAck': return this.talks.acknowledged(message, this.#now);
      case 'msgDataReadNotify': return this.talks.readElsewhere(message);
      case 'removeSessionNotify': return this.talks.hiddenElsewhere(message);
      case 'userStatNotify': return this.directory.toldStatus([message.userStat]);
      case 'avatarChangedNotify': case 'signInfoChangedNotify': case 'userInfoChangedNotify':
        return this.directory.changed(message);
      case 'groupChangeMemberNotify': return this.directory.askForGroups([message.groupID]);
      case 'fileNotify': return this.transfers.notified(message);
      case 'avCallInitiateReq': case 'avCallInitiateRes': case 'avCallCancelReq':
        return this.calls.received(name, message);
      case 'p2pCmd': return readHint(message, this.#hear);
      default:
        // A long list of people comes in packets of which only the first has the number of the question.
        if (!this.#questions.answered(sequence, message, this.#now) && name === 'allUserRsp') {
          this.directory.toldPeople(message);
        }
    }
  }

  #loginAnswered({ resultCode, resultString, userInfo, sessionToken }) {
    if (this.#link.phase !== 'loggingIn') return;
    if (resultCode === ResultType.reasonNone && userInfo) {
      if (this.account?.id !== userInfo.userID) this.#forgetContents();
      const name = this.#password?.name ?? this.account.name;
      this.account = { name, token: sessionToken ?? new Uint8Array(), id: userInfo.userID };
      this.#password = null;
      this.#isLocked = false;
      this.#keepAccount();
      this.#link.loggedIn(this.#now);
      this.directory.toldPeople({ userList: [userInfo], latestUpdateTime: 0 });
      for (const part of [this.talks, this.transfers, this.calls]) part.loggedIn(this.account.id, this.#now);
      const groups = this.talks.summaries.filter(({ key }) => isGroup(key)).map(({ key }) => numberOf(key));
      this.directory.loggedIn(this.account.id, groups);
      return;
    }
    if (resultCode === ResultType.dbValidateFailed) {
      this.#refusal = { isToken: !this.#password, text: resultString ?? '' };
      this.#lock();
      return;
    }
    this.effects.push({ do: 'close' });
    this.#link.lost('busy', this.#now, busyWait);
  }

  #kicked({ kickReason }) {
    this.#displaced = kickReason === KickReasonType.mobileKick ? 'phone' : 'elsewhere';
    this.#questions.clear();
    this.#link.stop();
  }

  #keepAccount() { this.effects.push({ do: 'keep', store: 'account', values: [this.account], removed: [] }); }

  /** Nobody gets in without the password. What was written and not sent stays for its user. */
  #lock() {
    this.#link.stop();
    this.#password = null;
    this.#questions.clear();
    if (!this.account) return;
    this.#isLocked = true;
    this.account = { ...this.account, token: new Uint8Array() };
    this.#keepAccount();
  }

  #forget() {
    this.#lock();
    this.#displaced = null;
    this.account = null;
    this.#isLocked = false;
    this.#forgetContents();
  }

  #forgetContents() {
    for (const part of [this.directory, this.talks, this.transfers]) part.forget();
    this.effects.push({ do: 'forget' });
  }
}
