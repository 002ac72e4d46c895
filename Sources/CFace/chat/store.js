// What stays on this device: IndexedDB. A browser that has none, or keeps nothing, forgets with the page.

const name = 'grapevine';
/** A higher one when stores are added. */
const form = 2;
const single = 'it';
/** Those whose values have a key of their own; of the others there is one. */
const keyed = {
  people: 'id', departments: 'id', groups: 'id', conversations: 'key', messages: ['conversation', 'id'], outbox: 'key',
  files: 'key',
};
const singles = ['account', 'stamps', 'servers'];

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export class Store {
  #database = null;

  async open() {
    try {
      const request = indexedDB.open(name, form);
      request.onupgradeneeded = ({ target: { result } }) => {
        const isNew = (store) => !result.objectStoreNames.contains(store);
        for (const [store, keyPath] of Object.entries(keyed).filter(([store]) => isNew(store))) {
          result.createObjectStore(store, { keyPath });
        }
        for (const store of singles.filter(isNew)) result.createObjectStore(store);
      };
      this.#database = await done(request);
      // Its user empties the browser, or a newer page needs another form of it, which waits until nobody has it open.
      const leave = () => {
        this.#database?.close();
        this.#database = null;
      };
      Object.assign(this.#database, { onclose: leave, onversionchange: leave });
    } catch {
      this.#database = null;
    }
  }

  /** All but the messages. */
  async all() {
    if (!this.#database) return {};
    const stores = [...Object.keys(keyed).filter((store) => store !== 'messages'), ...singles];
    const transaction = this.#database.transaction(stores);
    const values = await Promise.all(stores.map((store) => (singles.includes(store)
      ? done(transaction.objectStore(store).get(single)) : done(transaction.objectStore(store).getAll()))));
    const kept = Object.fromEntries(stores.map((store, index) => [store, values[index]]));
    return { ...kept, ...kept.stamps };
  }

  /** Messages of a conversation with ids from `first` to `last`. */
  async messages(conversation, first, last) {
    if (!this.#database || last < first) return [];
    const range = IDBKeyRange.bound([conversation, first], [conversation, last]);
    const kept = await done(this.#database.transaction('messages').objectStore('messages').getAll(range));
    // Of a voice, pages before this one kept only how long it is: it is asked for again.
    return kept.filter(({ kind, sound }) => kind !== 'voice' || sound);
  }

  keep(store, values, removed = []) {
    if (!this.#database) return;
    const target = this.#database.transaction(store, 'readwrite').objectStore(store);
    for (const value of values) {
      if (singles.includes(store)) target.put(value, single);
      else target.put(value);
    }
    for (const key of removed) target.delete(key);
  }

  forget() {
    if (!this.#database) return;
    const stores = [...Object.keys(keyed), 'account', 'stamps'];
    const transaction = this.#database.transaction(stores, 'readwrite');
    for (const store of stores) transaction.objectStore(store).clear();
  }
}
