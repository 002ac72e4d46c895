// The page without a network, in a browser whose storage may be full or forbidden.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const script = await readFile(new URL('../../Sources/CFace/chat/service-worker.js', import.meta.url), 'utf8');
const address = 'https://here/chat/start.js';

/** What a page gets for a file. - kept: the file as it was before. - put: keeps the new one. */
function ask({ kept, put = async () => {}, open, fetch }) {
  const cache = { put, match: async () => kept };
  const caches = {
    open: open ?? (async () => cache), match: async () => kept, delete: async () => { kept = undefined; },
  };
  const listeners = {};
  const self = { location: new URL(address), addEventListener: (name, heard) => { listeners[name] = heard; } };
  vm.runInNewContext(script, { self, caches, fetch, URL });
  return new Promise((resolve) => {
    listeners.fetch({ request: { url: address, method: 'GET' }, respondWith: resolve });
  });
}

const file = (name) => ({ ok: true, name, clone: () => file(name) });
const fails = async () => { throw new TypeError('no'); };

test('a server that answers is believed, whatever the storage does', async () => {
  const fetch = async () => file('new');
  assert.equal((await ask({ kept: file('old'), fetch })).name, 'new');
  assert.equal((await ask({ kept: file('old'), fetch, put: fails })).name, 'new');
  assert.equal((await ask({ fetch, open: fails })).name, 'new');
});

test('without a network there is what was kept', async () => {
  assert.equal((await ask({ kept: file('old'), fetch: fails })).name, 'old');
  await assert.rejects(ask({ fetch: fails }));
});
