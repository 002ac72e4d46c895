// The client at work: sockets, the clock, the disk, and the pages that look. One engine serves all tabs of a browser.

import { Bulk } from './bulk.js';
import { Client } from './client.js';
import { pageSize } from './conversation.js';
import { newKey } from './key.js';
import { Store } from './store.js';

const tickInterval = 500;
/** A page gets what is said as a whole, so that many messages at once are shown together. */
const showInterval = 30;
const serversInterval = 60_000;
const serversLimit = 3_000;

/** A random key that begins with the time, as the server wants them (RFC 9562, version 7), in hexadecimal digits. */
function sendKey(now) {
  const time = now.toString(16).padStart(12, '0');
  const random = newKey();
  return `${time}7${random.slice(13, 16)}8${random.slice(17)}`;
}

export class Engine {
  #store = new Store();
  #bulk = new Bulk({
    access: (taskID) => this.#access(taskID),
    tell: (event) => { for (const tell of this.#pages.keys()) tell(event); },
    uploaded: (key, result) => this.#do((now) => this.#client.talks.uploaded(key, result, now)),
    carried: (key, result) => this.#do((now) => this.#client.transfers.carried(key, result, now)),
  });
  #client;
  #socket = null;
  /** Pages by the function that tells them something: what they look at, and whether they are in front. */
  #pages = new Map();
  /** Conversations in which something has changed since the pages were told. */
  #changed = new Set();
  #showTimer = null;
  #isEncrypted;
  #serversDue = 0;
  /** Whoever is signed in. */
  #user = 0;
  #ready;

  constructor() {
    const { protocol, host } = self.location;
    this.#isEncrypted = protocol === 'https:';
    this.#client = new Client({
      servers: [`${this.#isEncrypted ? 'wss' : 'ws'}://${host}/ws`], random: Math.random,
      hear: (event) => this.#hear(event), fetch: (key, first, last) => this.#store.messages(key, first, last),
    });
    this.#ready = this.#begin();
    setInterval(() => this.#do((now) => this.#client.tick(now)), tickInterval);
  }

  async #begin() {
    await this.#store.open();
    const kept = await this.#store.all();
    if (kept.servers) this.#client.know(kept.servers);
    this.#do((now) => this.#client.restore(kept, now));
  }

  // Pages

  /** - tell: gets all news. Returns what the page calls with its wishes. */
  async add(tell) {
    await this.#ready;
    this.#pages.set(tell, { open: null, isInFront: false, tab: null });
    this.#tellAll(tell, this.#client.state);
  }

  #tellAll(tell, state) {
    const { directory, talks } = this.#client;
    tell({ is: 'people', list: [...directory.people.values()] });
    tell({ is: 'departments', list: [...directory.departments.values()] });
    tell({ is: 'groups', list: [...directory.groups.values()] });
    tell({ is: 'online', ids: [...directory.online] });
    tell({ is: 'conversations', list: talks.summaries });
    tell(this.#client.transfers.event);
    tell(this.#client.calls.event);
    // The last: from here on the page shows something.
    tell(state);
  }

  remove(tell) {
    this.#look(tell, null);
    const tab = this.#pages.get(tell)?.tab;
    if (tab) this.#client.calls.left(tab);
    this.#pages.delete(tell);
  }

  /** A page wants something. */
  wish(tell, { wish, ...values }) {
    const { talks, transfers, calls } = this.#client;
    this.#do((now) => {
      switch (wish) {
        case 'signIn': return this.#client.signIn(values.name, values.password, now);
        case 'signOut': return this.#client.signOut(now);
        case 'useHere': return this.#client.useHere(now);
        case 'hurry': return this.#client.hurry(now);
        case 'open': return this.#look(tell, values.key);
        case 'front': return this.#front(tell, values.isInFront);
        case 'lookBack': case 'lookAhead': case 'lookAtNewest':
          return talks[wish](values.key).then(() => this.#do(() => {}));
        case 'looksAt': return talks.looksAt(values.key, values.id);
        case 'write': {
          const { key, ...content } = values;
          return talks.write(sendKey(now), key, { kind: 'text', ...content }, now);
        }
        case 'retry': return talks.retry(values.name, now);
        case 'discard': return talks.discard(values.name, now);
        case 'sendFile': return transfers.add(newKey(), values.to, values.file, values.name);
        case 'showFile': return transfers.show(values.key, values.file, values.name);
        case 'pauseFile': return transfers.pause(values.key);
        case 'resumeFile': return transfers.resume(values.key);
        case 'dropFile': return transfers.drop(values.key);
        case 'removeFile': return transfers.remove(values.task);
        case 'filesAgain': return transfers.askAgain();
        case 'call': case 'takeCall': case 'answerCall': case 'hangUp': return this.#call(tell, calls, wish, values);
        case 'read': return talks.read(values.key);
        case 'draft': return talks.draft(values.key, values.text);
        case 'hide': return talks.hide(values.key);
        case 'hint': return this.#client.hint(values.to, values.service, values.number, values.content, now);
        case 'groups': return this.#client.askForGroups(values.ids, now);
        case 'request':
          return this.#client.request(values.name, values.message, (answer) => {
            tell({ is: 'answer', ticket: values.ticket, answer });
          }, now);
        case 'bye': return this.remove(tell);
        default: throw new Error(`There is no wish “${wish}”.`);
      }
    });
  }

  /** The tab that has a call is remembered, as the call ends with it. */
  #call(tell, calls, wish, { tab, to, number, description, reason }) {
    const page = this.#pages.get(tell);
    if (page) page.tab = tab;
    switch (wish) {
      case 'call': return calls.call(tab, to, number, description);
      case 'takeCall': return calls.take(tab);
      case 'answerCall': return calls.answer(tab, description);
      default: return calls.hangUp(reason);
    }
  }

  async #look(tell, key) {
    const page = this.#pages.get(tell);
    if (!page) return;
    const before = page.open;
    page.open = key;
    const isOpen = (some) => [...this.#pages.values()].some(({ open }) => open === some);
    if (before && before !== key && !isOpen(before)) this.#client.talks.close(before);
    if (!key) return;
    const last = this.#client.talks.conversations.get(key)?.last ?? 0;
    const kept = await this.#store.messages(key, Math.max(1, last - pageSize + 1), last);
    if (page.open === key) this.#do(() => this.#client.talks.open(key, kept));
  }

  #front(tell, isInFront) {
    const page = this.#pages.get(tell);
    if (page) page.isInFront = isInFront;
  }

  #hear(event) {
    if (event.is === 'state') {
      if (event.phase === 'online') this.#serversDue = 0;
      // Pages forget what they knew when nobody is signed in.
      const isSignedIn = event.me !== 0 && event.me !== this.#user;
      this.#user = event.me;
      if (isSignedIn) {
        for (const tell of this.#pages.keys()) this.#tellAll(tell, event);
        return;
      }
    }
    if (event.is === 'news') {
      // One page shows the notice; none if somebody looks at the conversation.
      const pages = [...this.#pages];
      if (pages.some(([, page]) => page.isInFront && page.open === event.key)) return;
      const [tell] = pages.find(([, page]) => page.isInFront) ?? pages[0] ?? [];
      tell?.(event);
      return;
    }
    if (event.is === 'messages') return this.#show(event.key);
    for (const tell of this.#pages.keys()) tell(event);
  }

  /** The first change at once, those that follow it soon together. */
  #show(key) {
    this.#changed.add(key);
    if (this.#showTimer === null) this.#showNext();
  }

  #showNext() {
    queueMicrotask(() => this.#showChanged());
    this.#showTimer = setTimeout(() => {
      this.#showTimer = null;
      if (this.#changed.size > 0) this.#showNext();
    }, showInterval);
  }

  #showChanged() {
    const { talks } = this.#client;
    for (const key of this.#changed) {
      const pages = [...this.#pages].filter(([, page]) => page.open === key);
      if (pages.length === 0 || !talks.conversations.has(key)) continue;
      const view = talks.view(key);
      for (const [tell] of pages) tell({ is: 'messages', ...view });
    }
    this.#changed.clear();
  }

  // The machine

  #do(input) {
    const now = Date.now();
    input(now);
    const effects = this.#client.effects.splice(0);
    for (const effect of effects) {
      switch (effect.do) {
        case 'open': this.#open(effect.url); break;
        case 'close': this.#close(); break;
        case 'send': if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(effect.bytes); break;
        case 'keep': this.#store.keep(effect.store, effect.values, effect.removed); break;
        case 'forget': this.#store.forget(); break;
        case 'upload': this.#bulk.upload(effect); break;
        case 'carry': this.#bulk.carry(effect); break;
        case 'stopUpload': case 'stopCarrying': this.#bulk.stop(effect.key); break;
        default: throw new Error(`There is no effect “${effect.do}”.`);
      }
    }
    if (this.#client.isOnline && now >= this.#serversDue) this.#findServers(now);
  }

  /** A token for a file, and where the node of the session is; null: there is none. */
  #access(taskID) {
    return new Promise((resolve) => {
      this.#do((now) => this.#client.request('fileAccessReq', { taskID }, resolve, now));
    });
  }

  #open(url) {
    this.#close();
    let socket;
    try {
      socket = new WebSocket(url);
    } catch {
      // An address that the page may not go to.
      queueMicrotask(() => this.#do((now) => this.#client.closed(0, now)));
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    const isCurrent = () => this.#socket === socket;
    socket.onopen = () => { if (isCurrent()) this.#do((now) => this.#client.opened(now)); };
    socket.onmessage = ({ data }) => {
      if (isCurrent() && data instanceof ArrayBuffer) this.#receive(new Uint8Array(data));
    };
    socket.onclose = ({ code }) => {
      if (!isCurrent()) return;
      this.#socket = null;
      this.#do((now) => this.#client.closed(code, now));
    };
  }

  #receive(bytes) {
    try {
      this.#do((now) => this.#client.received(bytes, now));
    } catch (fault) {
      // What cannot be read says nothing; what it was to answer is asked again.
      if (!(fault instanceof RangeError)) throw fault;
    }
  }

  #close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Where else one can go when this server is gone. A page that came encrypted may only go where its name leads. */
  async #findServers(now) {
    this.#serversDue = now + serversInterval;
    if (this.#isEncrypted) return;
    try {
      const reply = await fetch('/api/servers', { signal: AbortSignal.timeout(serversLimit) });
      const { servers } = await reply.json();
      const urls = servers.map(({ host, port }) => `ws://${host.includes(':') ? `[${host}]` : host}:${port}/`);
      this.#client.know(urls);
      this.#store.keep('servers', [urls]);
    } catch {
      // That server is gone, and the others are known from before.
    }
  }
}
