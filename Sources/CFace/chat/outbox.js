// What was written and is not acknowledged. One message of a conversation is under way at a time, so that they are
// stored in the order in which they were written. A core: no clock, no network.

const resendAfter = 5_000;
/** Sends without an acknowledgement, on a server that answers otherwise, after which a message counts as refused. */
const maxAttempts = 4;

export class Outbox {
  /** `{ key, conversation, text, time, state, attempts, sentAt }` by key, in the order of writing. */
  entries = new Map();

  restore(entries) {
    for (const entry of entries) this.entries.set(entry.key, { ...entry, attempts: 0, sentAt: null });
  }

  add(key, conversation, text, now) {
    const entry = {
      key, conversation, text, time: Math.floor(now / 1000), state: 'sending', attempts: 0, sentAt: null,
    };
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
    if (entry) Object.assign(entry, { state: 'sending', attempts: 0, sentAt: null });
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

  /** What is to be sent now, and what the server has refused by its silence. */
  due(now) {
    const sends = [];
    const refused = [];
    const busy = new Set();
    for (const entry of this.entries.values()) {
      if (entry.state !== 'sending' || busy.has(entry.conversation)) continue;
      if (entry.sentAt === null || now - entry.sentAt >= resendAfter) {
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
    return { sends, refused };
  }
}
