// Files on their way: one at a time, kept over breaks and reloads, and told of when they are there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carry } from '../../Sources/CFace/chat/carrier.js';
import { Transfers } from '../../Sources/CFace/chat/transfers.js';

class Stage {
  isOnline = true;
  asked = [];
  sent = [];
  effects = [];
  kept = new Map();

  constructor(kept = []) {
    this.files = new Transfers({
      ask: (name, message, answered) => this.asked.push({ name, message, answered }),
      send: (name, message) => this.sent.push({ name, message }),
      keep: (store, values, removed = []) => {
        for (const value of values) this.kept.set(value.key, value);
        for (const key of removed) this.kept.delete(key);
      },
      effect: (effect) => this.effects.push(effect),
      tell: () => {}, isOnline: () => this.isOnline,
    });
    this.files.restore(1, kept);
    this.files.loggedIn(1);
  }

  answer(name, message) {
    const index = this.asked.findIndex((question) => question.name === name);
    assert.notEqual(index, -1, `nobody asked ${name}`);
    this.asked.splice(index, 1)[0].answered(message);
  }

  state(key) { return this.files.entries.get(key)?.state; }
}

const blob = (size) => ({ size });

test('files are offered and carried one after the other, and told of when they are stored', () => {
  const stage = new Stage();
  stage.answer('fileAccessReq', { resultCode: 0, maxFileSize: 9, maxNameSize: 255, life: 600, maxPictureSize: 7 });
  stage.answer('fileHasOfflineReq', { offlineFileList: [] });
  assert.deepEqual(stage.files.limits, { size: 9, name: 255, life: 600, picture: 7 });
  stage.files.add('a', 2, blob(5), 'a.txt');
  stage.files.add('b', 2, blob(6), 'b.txt');
  assert.deepEqual([stage.state('a'), stage.state('b')], ['carried', 'waiting']);
  assert.deepEqual(stage.asked.map(({ name }) => name), ['fileReq']);
  stage.answer('fileReq', { resultCode: 0, taskID: 'ta' });
  assert.equal(stage.effects.at(-1).task, 'ta');
  stage.files.carried('a', { isStored: true }, 1_000_000);
  assert.equal(stage.sent.at(-1).name, 'fileAddOfflineReq');
  assert.deepEqual([stage.state('a'), stage.state('b')], ['stored', 'carried']);
  stage.answer('fileHasOfflineReq', { offlineFileList: [] });
  assert.deepEqual([stage.state('a'), stage.files.entries.get('a').until], ['sent', 1600]);
  // Its card goes away, and not the file.
  stage.sent = [];
  stage.files.drop('a');
  assert.deepEqual([stage.sent, stage.kept.has('a')], [[], false]);
});

test('a refusal says why, and the next file has its turn', () => {
  const stage = new Stage();
  stage.files.add('a', 2, blob(5), 'a.txt');
  stage.files.add('b', 3, blob(6), 'b.txt');
  stage.answer('fileReq', { resultCode: 1, taskID: '0', refusal: 2 });
  assert.deepEqual([stage.state('a'), stage.files.entries.get('a').fault], ['failed', 'overQuota']);
  assert.equal(stage.state('b'), 'carried');
});

test('what was paused or cut off goes on with its task; what the server has no more begins anew', () => {
  const stage = new Stage();
  stage.files.add('a', 2, blob(5), 'a.txt');
  stage.answer('fileReq', { resultCode: 0, taskID: 'ta' });
  stage.files.pause('a');
  assert.deepEqual(stage.effects.at(-1), { do: 'stopCarrying', key: 'a' });
  stage.files.carried('a', {}, 1);
  assert.equal(stage.state('a'), 'paused');
  stage.files.resume('a');
  assert.deepEqual([stage.effects.at(-1).do, stage.effects.at(-1).task], ['carry', 'ta']);
  const again = new Stage([...stage.kept.values()]);
  assert.deepEqual([again.effects.at(-1).do, again.effects.at(-1).task], ['carry', 'ta']);
  again.files.carried('a', { fault: 'gone' }, 1);
  assert.equal(again.state('a'), 'failed');
  again.files.resume('a');
  assert.equal(again.asked.at(-1).name, 'fileReq');
  again.files.drop('a');
  assert.equal(again.state('a'), undefined);
});

test('an offer whose answer went with the connection is made again; what was stored is told of again', () => {
  const stage = new Stage();
  stage.files.add('a', 2, blob(5), 'a.txt');
  stage.files.loggedIn(1);
  assert.equal(stage.asked.filter(({ name }) => name === 'fileReq').length, 2);
  const kept = { key: 'b', to: 2, name: 'b', size: 1, blob: null, task: 'tb', state: 'stored', fault: null, until: 9 };
  assert.equal(new Stage([kept]).sent[0].message.taskID, 'tb');
});

test('a large file is not kept: its user chooses it again, and no other one', () => {
  const stage = new Stage();
  const size = 300 * 1024 * 1024;
  stage.files.add('a', 2, blob(size), 'a.txt');
  stage.answer('fileReq', { resultCode: 0, taskID: 'ta' });
  assert.equal(stage.kept.get('a').blob, null);
  const again = new Stage([...stage.kept.values()]);
  assert.equal(again.files.entries.get('a').fault, 'unread');
  again.files.show('a', blob(size - 1), 'a.txt');
  again.files.show('a', blob(size), 'b.txt');
  assert.equal(again.state('a'), 'failed');
  again.files.show('a', blob(size), 'a.txt');
  assert.deepEqual([again.state('a'), again.effects.at(-1).task], ['carried', 'ta']);
});

test('what is taken back is told to the server', () => {
  const stage = new Stage();
  stage.files.add('a', 2, blob(5), 'a.txt');
  const { answered } = stage.asked.find(({ name }) => name === 'fileReq');
  stage.files.drop('a');
  answered({ resultCode: 0, taskID: 'ta' });
  assert.deepEqual([stage.sent.at(-1).name, stage.sent.at(-1).message.taskID], ['fileDelOfflineReq', 'ta']);
});

/** A cluster of two nodes, of which the first dies when it has the first part. */
function cluster(bytes, partSize) {
  const parts = new Map();
  const log = [];
  let isDead = false;
  globalThis.self = { location: { origin: 'http://one', protocol: 'http:' }, crypto: globalThis.crypto };
  globalThis.XMLHttpRequest = class {
    upload = {};
    open(method, url) { Object.assign(this, { method, url }); }
    setRequestHeader(name, value) { log.push(`${name}: ${value}`); }
    abort() { this.end(0, {}); }
    end(status, message) {
      Object.assign(this, { status, responseText: JSON.stringify(message) });
      this.onloadend();
    }
    send(body) {
      log.push(`${this.method} ${this.url}`);
      queueMicrotask(() => {
        if (isDead && this.url.startsWith('http://one')) return this.end(0, {});
        const start = Number(this.url.split('/').at(-1));
        if (this.method === 'PUT') parts.set(start, new Uint8Array(body));
        if (this.url.startsWith('http://one') && this.method === 'PUT') isDead = true;
        let received = 0;
        while (parts.has(received)) received += parts.get(received).length;
        if (this.method === 'POST') return this.end(200, { state: 'stored', received });
        return this.end(200, { state: 'receiving', received });
      });
    }
  };
  return { log, parts, access: async () => ({ resultCode: 0, token: 'k', url: 'http://two/', partSize }) };
}

test('a file goes on at another node where the parts end that are safe', { timeout: 20_000 }, async () => {
  const bytes = Uint8Array.from({ length: 25 }, (_, index) => index);
  const { log, parts, access } = cluster(bytes, 10);
  const told = [];
  const result = await carry({ task: 't', blob: new Blob([bytes]) }, {
    access, told: (done) => told.push(done), signal: new AbortController().signal,
  });
  assert.deepEqual(result, { isStored: true });
  assert.deepEqual([...parts.keys()], [0, 10, 20]);
  assert.deepEqual(log.filter((line) => line.startsWith('PUT')), [
    'PUT http://one/files/t/parts/0', 'PUT http://one/files/t/parts/10', 'PUT http://two/files/t/parts/10',
    'PUT http://two/files/t/parts/20',
  ]);
  assert.ok(log.includes('Authorization: Bearer k'));
  assert.ok(log.some((line) => line.startsWith('Content-Digest: sha-256=:')));
  assert.equal(told.at(-1), 25);
});

test('one that is stopped ends, and one that is gone says so', async () => {
  const stop = new AbortController();
  stop.abort();
  const blob = new Blob(['x']);
  assert.deepEqual(await carry({ task: 't', blob }, { access: async () => null, told() {}, signal: stop.signal }), {});
  const access = async () => ({ resultCode: 1 });
  const signal = new AbortController().signal;
  assert.deepEqual(await carry({ task: 't', blob }, { access, told() {}, signal }), { fault: 'gone' });
});
