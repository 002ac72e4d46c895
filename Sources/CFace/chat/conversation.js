// One conversation as this device knows it: its newest message, what is unread, and the messages that were looked at.
// A core: no clock, no network.

import { SessionType } from './messages.js';

/** `u7` is the one with user 7, `g9` that of group 9. */
export const keyOf = (isGroup, number) => `${isGroup ? 'g' : 'u'}${number}`;
export const isGroup = (key) => key.startsWith('g');
export const numberOf = (key) => Number(key.slice(1));
/** As packets name it. */
export const sessionOf = (key) => ({
  sessionType: isGroup(key) ? SessionType.group : SessionType.single, sessionID: numberOf(key),
});
export const keyIn = ({ sessionType, sessionID }) => keyOf(sessionType === SessionType.group, sessionID);

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
  /** Messages by id, of which those from `first` to `end` are looked at. */
  messages = new Map();
  /** The lowest id that is there or was asked for; below it nothing is known. */
  first = Infinity;
  /** The highest id that is looked at; Infinity: whatever is newest. */
  end = Infinity;
  /** The id that somebody has on the screen, of those who look the one who moved last; Infinity: the newest. */
  place = Infinity;
  /** Nothing is stored below this id, or nothing that this user may see. */
  beginning = 1;
  /** Asked of the server, and not answered. */
  isAsking = false;

  constructor(key) { this.key = key; }

  get last() { return this.latest?.id ?? 0; }

  /** A message has come, from wherever. `true`: it is the newest, and was not known. */
  take(message) {
    if (message.id <= this.end) this.messages.set(message.id, message);
    if (message.id <= this.last) return false;
    this.latest = message;
    this.time = Math.max(this.time, message.time);
    this.isHidden = false;
    return true;
  }

  /** The server has said what is newest; the message itself may be missing. */
  announce(message) {
    // Who was away for days begins at the end: what lies between is asked for when it is looked at.
    if (this.first !== Infinity && message.id - this.last > widestGap) {
      if (this.place === Infinity) this.first = message.id + 1 - pageSize;
      else this.end = Math.min(this.end, this.last);
    }
    if (message.id > this.last) this.latest = message;
    this.time = Math.max(this.time, message.time);
    this.isHidden = false;
  }

  /** The highest id that is looked at and missing; 0: none is. Answers leave out what is gone for good. */
  get missing() {
    for (let id = Math.min(this.last, this.end); id >= Math.max(this.first, this.beginning); id -= 1) {
      if (!this.messages.has(id)) return id;
    }
    return 0;
  }

  /** Looks further back, by a page: what may be kept of it on this device. `null`: there is nothing more. */
  lookBack() {
    const from = Math.min(this.first, this.last + 1);
    this.first = Math.min(from, Math.max(this.beginning, from - pageSize));
    return this.first < from ? { first: this.first, last: from - 1 } : null;
  }

  /** The same towards the newest. */
  lookAhead() {
    if (!this.hasNewer) return null;
    const first = this.end + 1;
    const last = Math.min(this.last, this.end + pageSize);
    this.end = last === this.last ? Infinity : last;
    return { first, last };
  }

  /** What is in memory was let go from that end. */
  lookAtNewest() {
    this.close();
    return this.lookBack();
  }

  get hasOlder() { return Math.max(this.first, 1) > this.beginning; }
  get hasNewer() { return this.end < this.last; }

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
    return [...this.messages.values()].filter(({ id, isGone }) => id >= from && id <= this.end && !isGone)
      .sort((one, other) => one.id - other.id);
  }

  /** What a page shows. - waiting: what its user `me` wrote, and was not acknowledged. */
  view(me, waiting) {
    const { key, hasOlder, hasNewer, isAsking } = this;
    // A message of one's own may be what waits here for its acknowledgement: it is shown once.
    const own = new Set(waiting.filter((entry) => entry.sentAt !== null).map((entry) => entry.text));
    const last = [...this.messages.keys()].reduce((high, id) => Math.max(high, id), 0);
    const messages = this.shown.filter(({ id, from, text }) => !(id === last && from === me && own.has(text)));
    // What waits stands behind the newest, and not behind what came before it.
    return { key, messages, waiting: hasNewer ? [] : waiting, hasOlder, hasNewer, isAsking };
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
    Object.assign(this, { first: Infinity, end: Infinity, place: Infinity });
  }

  /** Somebody looks at a busy conversation for days, or far back: what is near to his place stays. */
  forgetFarthest() {
    if (this.messages.size <= 2 * mostInMemory) return;
    const newest = Math.min(this.last, this.end);
    this.first = Math.max(this.first, Math.min(this.place - mostInMemory / 2, newest - mostInMemory + 1));
    if (this.first + mostInMemory <= newest) this.end = this.first + mostInMemory - 1;
    for (const id of this.messages.keys()) if (id < this.first || id > this.end) this.messages.delete(id);
  }

  /** What the list shows. */
  get summary() {
    // What is heard stands with the message.
    const latest = this.latest && { ...this.latest, sound: undefined };
    return {
      key: this.key, latest, unread: this.unread, draft: this.draft, isHidden: this.isHidden,
      time: this.time, readMark: this.readMark,
    };
  }
}
