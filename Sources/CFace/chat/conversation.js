// One conversation as this device knows it: its newest message, what is unread, and the messages that were looked at.
// A core: no clock, no network.

/** `u7` is the one with user 7, `g9` that of group 9. */
export const keyOf = (isGroup, number) => `${isGroup ? 'g' : 'u'}${number}`;
export const isGroup = (key) => key.startsWith('g');
export const numberOf = (key) => Number(key.slice(1));

/** Messages that one question asks for, and that are kept in memory around what is looked at. */
export const pageSize = 50;
/** Of messages between what is looked at and the newest one, that are asked for at once. */
const widestGap = 4 * pageSize;

const mostInMemory = 5_000;

export class Conversation {
  /** Newest message that the server has told of: `{ id, from, time, text, kind }`. */
  latest = null;
  unread = 0;
  /** Of these, those that have come since the server was asked to count. */
  fresh = 0;
  /** The highest id that its user has read, here or, as far as it was told, elsewhere. */
  readMark = 0;
  draft = '';
  /** Removed from the list by its user, until something new comes. */
  isHidden = false;
  /** In seconds, by which the list is sorted. */
  time = 0;
  /** Messages by id, of which those from `first` to the newest one are looked at. */
  messages = new Map();
  /** The lowest id that is there or was asked for; below it nothing is known. */
  first = Infinity;
  /** Nothing is stored below this id, or nothing that this user may see. */
  beginning = 1;
  /** Asked of the server, and not answered. */
  isAsking = false;

  constructor(key) { this.key = key; }

  get last() { return this.latest?.id ?? 0; }

  /** A message has come, from wherever. `true`: it is the newest, and was not known. */
  take(message) {
    this.messages.set(message.id, message);
    if (message.id <= this.last) return false;
    this.latest = message;
    this.time = Math.max(this.time, message.time);
    this.isHidden = false;
    return true;
  }

  /** The server has said what is newest; the message itself may be missing. */
  announce(message) {
    // Who was away for days begins at the end: what lies between is asked for when it is looked at.
    if (this.first !== Infinity && message.id - this.last > widestGap) this.first = message.id + 1 - pageSize;
    if (message.id > this.last) this.latest = message;
    this.time = Math.max(this.time, message.time);
    this.isHidden = false;
  }

  /** The highest id that is looked at and missing; 0: none is. Answers leave out what is gone for good. */
  get missing() {
    for (let id = this.last; id >= Math.max(this.first, this.beginning); id -= 1) {
      if (!this.messages.has(id)) return id;
    }
    return 0;
  }

  /** Looks further back, by a page; `false`: there is nothing more. */
  lookBack() {
    const from = Math.min(this.first, this.last + 1);
    if (from <= this.beginning) {
      this.first = Math.min(this.first, from);
      return false;
    }
    this.first = Math.max(this.beginning, from - pageSize);
    return true;
  }

  /** What the server has from `asked` downwards; those that it left out are no more, or were never to be seen. */
  answered(asked, messages) {
    for (const message of messages) this.take(message);
    const lowest = Math.min(...messages.map((message) => message.id));
    if (messages.length === 0) this.beginning = Math.max(this.beginning, asked + 1);
    else {
      for (let id = asked; id > lowest; id -= 1) {
        if (!this.messages.has(id)) this.messages.set(id, { id, isGone: true });
      }
    }
  }

  /** Those that are looked at, in their order. */
  get shown() {
    const from = Math.max(this.first, this.beginning);
    return [...this.messages.values()].filter((message) => message.id >= from && !message.isGone)
      .sort((one, other) => one.id - other.id);
  }

  /** Its user has read up to there, here or elsewhere. */
  readTo(id) {
    this.readMark = Math.max(this.readMark, id);
    this.unread = Math.min(this.unread, Math.max(0, this.last - id));
    this.fresh = Math.min(this.fresh, this.unread);
  }

  /** Its user does not want to see it in the list. */
  hide() {
    this.readTo(this.last);
    this.isHidden = true;
  }

  /**
   * The server has counted as unread so many, the last of them `latest`: more have come since, or were read.
   * `false`: the server does not know yet what was read here.
   */
  counted(unread, latest) {
    const last = Math.max(this.last, latest);
    this.unread = Math.min(unread + last - latest, last - this.readMark);
    return this.readMark === 0 || unread <= latest - this.readMark;
  }

  /** Nobody looks any more: what is on the disk need not be in memory. */
  close() {
    this.messages.clear();
    this.first = Infinity;
  }

  /** Somebody looks at a busy conversation for days: of what came before, enough stays to look back at. */
  forgetOldest() {
    if (this.messages.size <= 2 * mostInMemory) return;
    this.first = this.last - mostInMemory + 1;
    for (const id of this.messages.keys()) if (id < this.first) this.messages.delete(id);
  }

  /** What the list shows. */
  get summary() {
    return {
      key: this.key, latest: this.latest, unread: this.unread, draft: this.draft, isHidden: this.isHidden,
      time: this.time, readMark: this.readMark,
    };
  }
}
