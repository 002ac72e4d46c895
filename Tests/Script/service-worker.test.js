// The page without a network, in a browser whose storage may be full or forbidden.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const script = await readFile(new URL('../../Sources/CFace/chat/service-worker.js', import.meta.url), 'utf8');
const page = 'https://here/';
const lasting = 'https://here/chat/0123456789abcdef/start.js';

/** What a page gets for a file. - kept: what was kept of it before. - put: keeps the new one. */
function ask({ url = page, kept, put = async () => {}, open, fetch }) {
  const cache = { put, match: async () => kept, keys: async () => [{ url: lasting }], delete: async () => true };
  const caches = {
    open: open ?? (async () => cache), match: async () => kept, delete: async () => { kept = undefined; },
  };
  const listeners = {};
  const self = { location: new URL(url), addEventListener: (name, heard) => { listeners[name] = heard; } };
  vm.runInNewContext(script, { self, caches, fetch, URL, AbortSignal: { timeout: (time) => ({ time }) } });
  return new Promise((resolve) => {
    listeners.fetch({ request: { url, method: 'GET' }, respondWith: resolve });
  });
}

const file = (name, { ok = true, control = 'immutable' } = {}) => ({
  ok, name, headers: new Headers({ 'cache-control': control }), text: async () => name,
  clone: () => file(name, { ok, control }),
});
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

test('a server that answers badly, or in no time, is as none', async () => {
  const bad = file('bad', { ok: false });
  assert.equal((await ask({ kept: file('old'), fetch: async () => bad })).name, 'old');
  assert.equal((await ask({ fetch: async () => bad })).name, 'bad');
  let limit;
  await ask({ kept: file('old'), fetch: async (request, { signal }) => { limit = signal.time; return bad; } });
  assert.equal(limit, 3000);
});

test('files of a version are kept for as long as the page asks for it', async () => {
  let asked = 0;
  const fetch = async () => { asked += 1; return file('new'); };
  assert.equal((await ask({ url: lasting, kept: file('same'), fetch })).name, 'same');
  assert.equal(asked, 0);

  const puts = [];
  const other = async () => file('of another version', { control: 'no-cache' });
  await ask({ url: lasting, fetch: other, put: async (request) => puts.push(request.url) });
  assert.deepEqual(puts, []);
  await ask({ url: lasting, fetch, put: async (request) => puts.push(request.url) });
  assert.deepEqual(puts, [lasting]);

  const gone = [];
  const open = async () => ({
    keys: async () => [{ url: lasting }, { url: lasting.replace('0123', 'ffff') }, { url: page }],
    delete: async ({ url }) => gone.push(url), put: async () => {},
  });
  await ask({ fetch: async () => file('<script src="/chat/0123456789abcdef/start.js">'), open });
  assert.deepEqual(gone, [lasting.replace('0123', 'ffff')]);
});
