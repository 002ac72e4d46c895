// The way to a server, and what is written meanwhile.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Link } from '../../Sources/CFace/chat/link.js';
import { Outbox } from '../../Sources/CFace/chat/outbox.js';

function seeded(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
}

function linked(servers = ['own', 'second', 'third'], seed = 1) {
  const effects = [];
  const link = new Link(servers, seeded(seed), effects);
  return { link, effects, urls: () => effects.splice(0).map(({ url }) => url) };
}

test('the own server is asked first; when it is gone all others are, before anybody waits', () => {
  const { link, urls } = linked();
  link.start(0);
  assert.deepEqual(urls(), ['own']);
  link.lost('unreachable', 10);
  link.lost('unreachable', 20);
  assert.deepEqual(urls(), ['second', 'third']);
  link.lost('unreachable', 30);
  assert.equal(link.phase, 'waiting');
  assert.ok(link.until > 30 && link.until <= 230);
});

test('whoever loses a connection goes to others within a fifth of a second, each to one of his own choice', () => {
  const first = new Set();
  for (let seed = 1; seed <= 50; seed += 1) {
    const { link, urls } = linked(undefined, seed * 7919);
    link.start(0);
    link.opened(1);
    link.loggedIn(2);
    urls();
    link.lost('lost', 1000);
    assert.ok(link.until - 1000 <= 200);
    link.tick(1200);
    const [url] = urls();
    assert.notEqual(url, 'own');
    first.add(url);
  }
  assert.deepEqual([...first].sort(), ['second', 'third']);
});

test('waiting grows up to five seconds, and ends at once for somebody in a hurry', () => {
  const { link } = linked(['own']);
  let now = 0;
  let longest = 0;
  link.start(now);
  for (let round = 0; round < 20; round += 1) {
    link.lost('unreachable', now);
    assert.equal(link.phase, 'waiting');
    longest = Math.max(longest, link.until - now);
    assert.ok(link.until - now <= 5000);
    now = link.until;
    link.tick(now);
  }
  assert.ok(longest > 2000);
  link.lost('unreachable', now);
  link.hurry(now);
  link.tick(now);
  assert.equal(link.phase, 'connecting');
});

test('a server that says nothing is left, whether it lets one in or not', () => {
  const { link, effects } = linked();
  link.start(0);
  link.tick(3999);
  assert.equal(link.phase, 'connecting');
  link.tick(4000);
  assert.deepEqual(effects.map((effect) => effect.do), ['open', 'close', 'open']);
  link.opened(4100);
  link.loggedIn(4200);
  link.tick(24_200);
  assert.equal(effects.at(-1).do, 'beat');
  link.asked(24_200);
  link.tick(34_199);
  assert.equal(link.phase, 'online');
  link.tick(34_200);
  assert.equal(link.phase, 'waiting');
});

test('messages of a conversation go one by one, those of others meanwhile', () => {
  const outbox = new Outbox();
  for (const [key, conversation] of [['1', 'u1'], ['2', 'u1'], ['3', 'u2']]) outbox.add(key, conversation, key, 0);
  const keys = (now) => outbox.due(now).sends.map(({ key }) => key);
  assert.deepEqual(keys(0), ['1', '3']);
  assert.deepEqual(keys(1), []);
  outbox.take('1');
  assert.deepEqual(keys(2), ['2']);
  outbox.connectionLost();
  assert.deepEqual(keys(3), ['2', '3']);
});

test('what is never acknowledged fails, and lets those behind it pass', () => {
  const outbox = new Outbox();
  outbox.add('1', 'u1', 'one', 0);
  outbox.add('2', 'u1', 'two', 0);
  for (let now = 0; now < 20_000; now += 5_000) assert.deepEqual(outbox.due(now).sends.map(({ key }) => key), ['1']);
  const { sends, refused } = outbox.due(20_000);
  assert.deepEqual([sends, refused].map((list) => list.map(({ key }) => key)), [['2'], ['1']]);
  outbox.take('2');
  outbox.retry('1');
  assert.deepEqual(outbox.due(20_001).sends.map(({ key }) => key), ['1']);
});
