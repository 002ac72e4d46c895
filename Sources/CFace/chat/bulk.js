// Pictures and files on their way to a server, beside the talk.

import { carry, mayGoTo } from './carrier.js';
import { upload } from './upload.js';

export class Bulk {
  /** What ends one, by its key. */
  #stops = new Map();
  #out;

  /**
   * - out: `access(task)` gives a token for a file and where the node of the session is, null: there is no session;
   * `tell(event)` tells pages; `uploaded(key, result)` and `carried(key, result)` get what became of it.
   */
  constructor(out) { this.#out = out; }

  stop(key) { this.#stops.get(key)?.abort(); }

  /** A picture of a message, and the small one behind it. */
  async upload({ key, blob, name, small }) {
    const stop = this.#begin(key);
    const told = (share) => this.#out.tell({ is: 'uploading', key, share });
    const options = { place: `${self.location.origin}/`, token: await this.#token(), told, signal: stop.signal };
    let result = await upload(blob, name, options);
    if (result.fault === 'unreachable') {
      // The session may be at another node by now.
      const access = await this.#out.access();
      if (mayGoTo(access?.url)) {
        Object.assign(options, { place: access.url, token: access.pictureToken });
        result = await upload(blob, name, options);
      }
    }
    // Without it the picture itself is shown.
    if (result.address && small) {
      await upload(small.blob, small.name, { ...options, original: result.address, told() {} });
    }
    this.#stops.delete(key);
    this.#out.uploaded(key, result);
  }

  /** Says who one is; without a session the address has to. */
  async #token() { return (await this.#out.access())?.pictureToken; }

  async carry({ key, task, blob }) {
    const stop = this.#begin(key);
    const result = await carry({ task, blob }, {
      access: this.#out.access, told: (done) => this.#out.tell({ is: 'carrying', key, done }), signal: stop.signal,
    });
    // Who was stopped may go on already.
    if (this.#stops.get(key) !== stop) return;
    this.#stops.delete(key);
    if (!stop.signal.aborted) this.#out.carried(key, result);
  }

  #begin(key) {
    const stop = new AbortController();
    this.#stops.set(key, stop);
    return stop;
  }
}
