// What was written or spoken and is not acknowledged. One message of a conversation is under way at a time, so that
// they are stored in the order in which they were written; its pictures go before it, as it names where they are. A
// core: no clock, no network.

import { withPictures } from './media.js';

const resendAfter = 5_000;
/** Sends without an acknowledgement, on a server that answers otherwise, after which a message counts as refused. */
const maxAttempts = 4;

export class Outbox {
  /**
   * By key, in the order of writing: `{ key, conversation, time, state, fault, kind, text, pictures, sound, attempts,
   * sentAt, isUploading }`. `kind` and `text` are those of the message that it will be, `sound` the bytes of a voice,
   * `pictures` are `{ blob, name, small, address }`, of which those without an address are not on the server.
   */
  entries = new Map();

  restore(entries) {
    // Those of an older page have text only.
    for (const entry of entries) {
      this.entries.set(entry.key, { kind: 'text', pictures: [], ...entry, ...fresh });
    }
  }

  /** - content: `{ kind, text, pictures, sound }`. */
  add(key, conversation, content, now) {
    const time = Math.floor(now / 1000);
    const entry = { key, conversation, time, state: 'sending', pictures: [], ...content, ...fresh };
    this.entries.set(key, entry);
    return entry;
  }

  /** Acknowledged, or thrown away. */
  take(key) {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    return entry;
  }

  retry(key) {
    const entry = this.entries.get(key);
    if (entry) Object.assign(entry, { state: 'sending', fault: null, ...fresh });
    return entry;
  }

  /**
   * The next picture of a message is on the server, or why it is not. The entry; undefined: it was thrown away
   * meanwhile.
   */
  uploaded(key, { address, fault }) {
    const entry = this.entries.get(key);
    if (!entry) return entry;
    entry.isUploading = false;
    if (fault) Object.assign(entry, { state: 'failed', fault });
    else pictureToSend(entry).address = address;
    if (entry.pictures.length > 0 && !pictureToSend(entry)) {
      entry.text = withPictures(entry.text, entry.pictures.map((picture) => picture.address));
      entry.pictures = [];
    }
    return entry;
  }

  of(conversation) {
    return [...this.entries.values()].filter((entry) => entry.conversation === conversation);
  }

  connectionLost() {
    for (const entry of this.entries.values()) Object.assign(entry, { attempts: 0, sentAt: null });
  }

  clockSetBack(by) {
    for (const entry of this.entries.values()) if (entry.sentAt !== null) entry.sentAt -= by;
  }

  /** What is to be sent now, which pictures of that go first, and what the server has refused by its silence. */
  due(now) {
    const sends = [];
    const uploads = [];
    const refused = [];
    const busy = new Set();
    for (const entry of this.entries.values()) {
      if (entry.state !== 'sending' || busy.has(entry.conversation)) continue;
      if (entry.pictures.length > 0) {
        if (!entry.isUploading) uploads.push({ key: entry.key, ...pictureToSend(entry) });
        entry.isUploading = true;
      } else if (entry.sentAt === null || now - entry.sentAt >= resendAfter) {
        if (entry.attempts >= maxAttempts) {
          entry.state = 'failed';
          refused.push(entry);
          continue;
        }
        entry.attempts += 1;
        entry.sentAt = now;
        sends.push(entry);
      }
      busy.add(entry.conversation);
    }
    return { sends, uploads, refused };
  }
}

const fresh = { attempts: 0, sentAt: null, isUploading: false };

const pictureToSend = (entry) => entry.pictures.find(({ address }) => !address);
