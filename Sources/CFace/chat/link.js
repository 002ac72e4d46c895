// The way to a server: which one, when, and what is done when it is gone. A core: what happens comes in with the time,
// what is to be done comes out as effects.

const heartbeatInterval = 20_000;
/** A server that answers nothing for so long is gone, also if its connection is there. */
const silenceLimit = 10_000;
const connectLimit = 4_000;
const shortestWait = 200;
const longestWait = 5_000;
/** What a WebSocket is closed with, as README.md lists it. */
export const closeCodes = { drained: 1012, busy: 1013, tooFast: 1008, kicked: 4001 };

export class Link {
  /** `off`, `connecting`, `loggingIn`, `online`, `waiting`. */
  phase = 'off';
  /** When the next attempt is due, while waiting. */
  until = 0;
  /** What went wrong last, as a name that the page has words for. */
  problem = null;
  #servers;
  #round = [];
  #current = null;
  #attempts = 0;
  #since = 0;
  /** Since when an answer is due and nothing at all has come. */
  #unheardSince = null;
  #beatDue = Infinity;
  #random;
  #effects;

  /** - servers: addresses of WebSockets, the page's own first. - effects: gets `{ do: 'open', url }` and `'close'`. */
  constructor(servers, random, effects) {
    this.#servers = servers;
    this.#random = random;
    this.#effects = effects;
  }

  get isOn() { return this.phase !== 'off'; }

  /** More servers are known. */
  know(servers) {
    this.#servers = [this.#servers[0], ...servers.filter((url) => url !== this.#servers[0])];
  }

  start(now) {
    if (this.isOn) return;
    this.problem = null;
    this.#attempts = 0;
    this.#round = [...this.#servers];
    this.#next(now);
  }

  stop() {
    if (this.phase !== 'off' && this.phase !== 'waiting') this.#effects.push({ do: 'close' });
    this.phase = 'off';
  }

  opened(now) {
    if (this.phase !== 'connecting') return;
    this.phase = 'loggingIn';
    this.#since = now;
    this.#effects.push({ do: 'login' });
  }

  loggedIn(now) {
    this.phase = 'online';
    this.problem = null;
    this.#attempts = 0;
    this.#beatDue = now + heartbeatInterval;
    this.#unheardSince = null;
  }

  heard() { this.#unheardSince = null; }

  /** Something was sent that the server answers. */
  asked(now) { this.#unheardSince ??= now; }

  /** The connection ended, or never was. - wait: the server asks to come back not before, in milliseconds. */
  lost(problem, now, wait = 0) {
    if (this.phase === 'off' || this.phase === 'waiting') return;
    const wasOnline = this.phase === 'online';
    this.problem = problem;
    if (wasOnline) {
      // The others first, in any order, so that those who were thrown out together do not arrive together.
      const others = this.#servers.filter((url) => url !== this.#current);
      this.#shuffle(others);
      this.#round = [...others, this.#current];
    }
    if (wait > 0) return this.#waitUntil(now + wait * (1 + this.#random()));
    if (wasOnline) return this.#waitUntil(now + this.#random() * shortestWait);
    this.#next(now);
  }

  tick(now) {
    if (this.phase === 'waiting' && now >= this.until) this.#next(now);
    else if (this.phase === 'connecting' && now - this.#since >= connectLimit) this.#drop('unreachable', now);
    else if (this.phase === 'loggingIn' && now - this.#since >= silenceLimit) this.#drop('silent', now);
    else if (this.phase === 'online') {
      if (this.#unheardSince !== null && now - this.#unheardSince >= silenceLimit) this.#drop('silent', now);
      else if (now >= this.#beatDue) {
        this.#beatDue = now + heartbeatInterval;
        this.#effects.push({ do: 'beat' });
      }
    }
  }

  /** At once, as somebody cannot wait. */
  hurry(now) {
    if (this.phase === 'waiting') this.until = now;
  }

  clockSetBack(by) {
    this.until -= by;
    this.#since -= by;
    this.#beatDue -= by;
    if (this.#unheardSince !== null) this.#unheardSince -= by;
  }

  #drop(problem, now) {
    this.#effects.push({ do: 'close' });
    this.lost(problem, now);
  }

  #next(now) {
    const url = this.#round.shift();
    if (url) {
      this.#current = url;
      this.phase = 'connecting';
      this.#since = now;
      this.#effects.push({ do: 'open', url });
      return;
    }
    this.#round = [...this.#servers];
    this.#shuffle(this.#round);
    // Exponential, with "full jitter" (Marc Brooker, 2015).
    const ceiling = Math.min(longestWait, shortestWait * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    this.#waitUntil(now + ceiling * (0.1 + 0.9 * this.#random()));
  }

  #waitUntil(time) {
    this.phase = 'waiting';
    this.until = time;
  }

  #shuffle(list) {
    for (let index = list.length - 1; index > 0; index -= 1) {
      const other = Math.floor(this.#random() * (index + 1));
      [list[index], list[other]] = [list[other], list[index]];
    }
  }
}
