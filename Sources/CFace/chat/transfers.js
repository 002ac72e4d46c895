// Files that this user sends, and files that wait for him. One is carried at a time; what was begun and is not at its
// end is kept on this device, and goes on after a break or a reload. A core: no clock, no network.

/** What is larger is not copied to this device's disk: after a reload its user shows it again. */
const mostKept = 200 * 1024 * 1024;

/** As the server says it in IMFileRsp. */
const refusals = ['nowhere', 'noReceiver', 'overQuota', 'receiverIsFull', 'longName', 'nowhere'];
const offline = 2;

export class Transfers {
  /**
   * By key, in their order: `{ key, to, name, size, blob, task, state, fault, until }`. A file is `waiting` for its
   * turn, `carried`, `paused`, `stored` and not told of, `sent`, or `failed`.
   */
  entries = new Map();
  /** By task, the oldest first: `{ task, from, name, size, until }`. */
  waiting = new Map();
  /** Of the server: `{ size, name, life, picture }`; null: it takes no files, or was not asked yet. */
  limits = null;
  #me = 0;
  #out;

  /** - out: `ask`, `send`, `tell`, `keep`, `effect`, `isOnline`, as for talks. */
  constructor(out) { this.#out = out; }

  restore(me, entries = []) {
    this.#me = me;
    for (const entry of entries) {
      const state = entry.state === 'carried' ? 'waiting' : entry.state;
      const isLost = !entry.blob && ['waiting', 'paused'].includes(state);
      this.entries.set(entry.key, isLost ? { ...entry, state: 'failed', fault: 'unread' } : { ...entry, state });
    }
  }

  forget() {
    for (const key of this.entries.keys()) this.#out.effect({ do: 'stopCarrying', key });
    this.entries.clear();
    this.waiting.clear();
    this.#me = 0;
  }

  loggedIn(me) {
    this.#me = me;
    this.#out.ask('fileAccessReq', { userID: me }, (answer) => this.#toldLimits(answer));
    this.#askForWaiting();
    for (const entry of this.entries.values()) {
      if (entry.state === 'stored') this.#offer(entry);
      // The answer went with the connection.
      if (entry.state === 'carried' && !entry.task) this.#change({ ...entry, state: 'waiting' });
    }
    this.goOn();
  }

  /** What pages show. */
  get event() {
    const own = [...this.entries.values()].map(({ blob, ...entry }) => entry);
    return { is: 'files', own, waiting: [...this.waiting.values()], limits: this.limits };
  }

  // What its user wants

  add(key, to, blob, name) {
    if (!this.#me) return;
    this.#change({ key, to, name, size: blob.size, blob, task: null, state: 'waiting', fault: null, until: 0 });
    this.goOn();
  }

  pause(key) {
    const entry = this.entries.get(key);
    if (!entry || !['waiting', 'carried'].includes(entry.state)) return;
    this.#change({ ...entry, state: 'paused' });
    this.#out.effect({ do: 'stopCarrying', key });
    this.goOn();
  }

  resume(key) {
    const entry = this.entries.get(key);
    if (!entry) return;
    // What is gone from the server begins anew.
    const task = entry.fault === 'gone' ? null : entry.task;
    this.#change({ ...entry, task, state: 'waiting', fault: null });
    this.goOn();
  }

  /** The same file as before the reload. */
  show(key, blob, name) {
    const entry = this.entries.get(key);
    if (!entry || entry.size !== blob.size || entry.name !== name) return;
    this.#change({ ...entry, blob });
    this.resume(key);
  }

  /** Takes a file back, or its card away. */
  drop(key) {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.#out.effect({ do: 'stopCarrying', key });
    this.#out.keep('files', [], [key]);
    if (entry.task && entry.state !== 'sent') this.#leave(entry.task, this.#me, entry.to);
    this.#out.tell(this.event);
    this.goOn();
  }

  /** Its user has a file that waited for him, or does not want it. */
  remove(task) {
    const file = this.waiting.get(task);
    if (!file) return;
    this.waiting.delete(task);
    this.#leave(task, file.from, this.#me);
    this.#out.tell(this.event);
  }

  #leave(taskID, fromUserID, toUserID) {
    if (this.#out.isOnline()) this.#out.send('fileDelOfflineReq', { fromUserID, toUserID, taskID });
  }

  // What happens

  /** The next one that waits is carried, unless one is. */
  goOn() {
    if (!this.#out.isOnline()) return;
    const entries = [...this.entries.values()];
    if (entries.some(({ state }) => state === 'carried')) return;
    const next = entries.find(({ state }) => state === 'waiting');
    if (!next) return;
    this.#change({ ...next, state: 'carried' });
    if (next.task) return this.#carry(next.key);
    const question = {
      fromUserID: this.#me, toUserID: next.to, fileName: next.name, fileSize: next.size, transMode: offline,
    };
    this.#out.ask('fileReq', question, (answer) => this.#toldTask(next.key, answer));
  }

  #toldTask(key, { resultCode, taskID, refusal }) {
    const entry = this.entries.get(key);
    if (!entry) return resultCode === 0 && this.#leave(taskID, this.#me, 0);
    if (resultCode !== 0) {
      this.#change({ ...entry, state: 'failed', fault: refusals[refusal ?? 0] ?? 'refused' });
      return this.goOn();
    }
    this.#change({ ...entry, task: taskID });
    // It may have been paused meanwhile.
    if (entry.state === 'carried') this.#carry(key);
  }

  #carry(key) {
    const { task, blob } = this.entries.get(key);
    this.#out.effect({ do: 'carry', key, task, blob });
  }

  /** - result: `{ isStored }` or `{ fault }`; neither: it was stopped. */
  carried(key, { isStored, fault }, now) {
    const entry = this.entries.get(key);
    if (!entry || (!isStored && entry.state !== 'carried')) return;
    if (isStored) {
      const until = Math.floor(now / 1000) + (this.limits?.life ?? 0);
      this.#change({ ...entry, state: 'stored', blob: null, until });
      this.#offer(this.entries.get(key));
    } else this.#change({ ...entry, state: fault ? 'failed' : 'waiting', fault: fault ?? null });
    this.goOn();
  }

  /** Says that a file is there. That has no answer: what is asked behind it has one. */
  #offer({ key, to, task, name, size }) {
    if (!this.#out.isOnline()) return;
    this.#out.send('fileAddOfflineReq', {
      fromUserID: this.#me, toUserID: to, taskID: task, fileName: name, fileSize: size,
    });
    this.#askForWaiting(() => {
      const entry = this.entries.get(key);
      if (entry?.state === 'stored') this.#change({ ...entry, state: 'sent' });
    });
  }

  notified({ fromUserID, fileName, fileSize, offlineReady }) {
    if (!offlineReady) return;
    this.#out.tell({ is: 'fileNews', from: fromUserID, name: fileName, size: fileSize });
    this.#askForWaiting();
  }

  askAgain() { this.#askForWaiting(); }

  #askForWaiting(done = () => {}) {
    this.#out.ask('fileHasOfflineReq', { userID: this.#me }, ({ offlineFileList }) => {
      this.waiting = new Map(offlineFileList.map((file) => [file.taskID, {
        task: file.taskID, from: file.fromUserID, name: file.fileName, size: file.fileSize, until: file.expiresAt ?? 0,
      }]));
      done();
      this.#out.tell(this.event);
    });
  }

  #toldLimits({ resultCode, maxFileSize, maxNameSize, life, maxPictureSize }) {
    this.limits = resultCode === 0
      ? { size: maxFileSize, name: maxNameSize, life, picture: maxPictureSize } : null;
    this.#out.tell(this.event);
  }

  #change(entry) {
    this.entries.set(entry.key, entry);
    const isKept = entry.blob && entry.size <= mostKept;
    this.#out.keep('files', [{ ...entry, blob: isKept ? entry.blob : null }]);
    this.#out.tell(this.event);
  }
}
