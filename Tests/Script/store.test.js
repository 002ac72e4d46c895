// What stays on a device, in a browser that takes it away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Store } from '../../Sources/CFace/chat/store.js';

for (const event of ['onclose', 'onversionchange']) {
  test(`after ${event} nothing is kept, and nothing fails`, async () => {
    const database = {
      isClosed: false,
      close() { this.isClosed = true; },
      transaction() { throw new Error('The database connection is closing.'); },
    };
    const request = { result: database };
    globalThis.indexedDB = {
      open() {
        queueMicrotask(() => request.onsuccess());
        return request;
      },
    };
    const store = new Store();
    await store.open();
    assert.throws(() => store.keep('outbox', [{ key: '1' }]));
    database[event]?.();
    store.keep('outbox', [{ key: '1' }]);
    store.forget();
    assert.deepEqual([await store.messages('u2', 1, 50), await store.all(), database.isClosed], [[], {}, true]);
  });
}
