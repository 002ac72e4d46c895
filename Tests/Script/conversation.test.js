// What the page knows of a conversation, and what it asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation, pageSize } from '../../Sources/CFace/chat/conversation.js';

const message = (id) => ({ id, from: 1, time: id, kind: 'text', text: `${id}` });

/** A server that has messages `beginning` to `last`, without those in `gone`. */
function answer(conversation, asked, { beginning = 1, gone = [] } = {}) {
  const found = [];
  for (let id = asked; id >= beginning && found.length < pageSize; id -= 1) {
    if (!gone.includes(id)) found.push(message(id));
  }
  conversation.answered(asked, found);
}

function fill(conversation, server) {
  let questions = 0;
  for (let asked = conversation.missing; asked > 0; asked = conversation.missing) {
    answer(conversation, asked, server);
    questions += 1;
    assert.ok(questions < 1000, 'it asks without end');
  }
  return questions;
}

const ids = (conversation) => conversation.shown.map(({ id }) => id);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('a new conversation has nothing, and shows what comes', () => {
  const conversation = new Conversation('u7');
  assert.equal(conversation.lookBack(), null);
  assert.equal(conversation.missing, 0);
  assert.equal(conversation.take(message(1)), true);
  assert.deepEqual(ids(conversation), [1]);
});

test('looking back goes page by page to the beginning', () => {
  const conversation = new Conversation('u7');
  conversation.announce(message(120));
  conversation.lookBack();
  assert.equal(fill(conversation), 1);
  assert.deepEqual(ids(conversation), range(71, 120));
  while (conversation.lookBack()) fill(conversation);
  assert.deepEqual(ids(conversation), range(1, 120));
});

test('what was missed is asked for, and nothing that is there', () => {
  const conversation = new Conversation('u7');
  for (const id of range(1, 10)) conversation.take(message(id));
  conversation.lookBack();
  conversation.take(message(13));
  assert.equal(conversation.missing, 12);
  fill(conversation);
  assert.deepEqual(ids(conversation), range(1, 13));
});

test('messages that are gone, and those of before one came, are not asked for again', () => {
  const conversation = new Conversation('g7');
  conversation.announce(message(100));
  conversation.lookBack();
  const server = { beginning: 60, gone: [70, 71, 90] };
  fill(conversation, server);
  while (conversation.lookBack()) fill(conversation, server);
  assert.deepEqual(ids(conversation), range(60, 100).filter((id) => !server.gone.includes(id)));
  assert.equal(conversation.beginning, 60);
  assert.equal(conversation.missing, 0);
});

test('a busy conversation does not fill the memory', () => {
  const conversation = new Conversation('g7');
  conversation.lookBack();
  for (let id = 1; id <= 30_000; id += 1) {
    conversation.take(message(id));
    conversation.forgetFarthest();
    assert.ok(conversation.messages.size <= 10_000);
  }
  assert.deepEqual(ids(conversation).slice(-5_000), range(25_001, 30_000));
  assert.equal(conversation.missing, 0);
  conversation.lookBack();
  assert.ok(conversation.missing > 0, 'what was forgotten can be asked for again');
});

test('who looks at the first of many keeps his place, and finds his way to the newest', () => {
  const conversation = new Conversation('g7');
  conversation.announce(message(10_000));
  while (conversation.lookBack()) fill(conversation);
  conversation.place = 40;
  for (let id = 10_001; id <= 12_000; id += 1) {
    assert.equal(conversation.take(message(id)), true);
    conversation.forgetFarthest();
    assert.ok(conversation.messages.size <= 10_000);
  }
  assert.deepEqual(ids(conversation), range(1, 5_000));
  assert.deepEqual([conversation.last, conversation.missing, conversation.hasNewer], [12_000, 0, true]);
  assert.deepEqual(conversation.view(1, [{ text: 'new', sentAt: null }]).waiting, []);
  assert.deepEqual(conversation.lookAhead(), { first: 5_001, last: 5_050 });
  for (let at = 5_050; conversation.hasNewer; at += 50) {
    fill(conversation);
    conversation.place = at;
    conversation.forgetFarthest();
    assert.ok(conversation.messages.size <= 10_000);
    assert.equal(ids(conversation).at(-1), at);
    conversation.lookAhead();
  }
  fill(conversation);
  assert.equal(ids(conversation).at(-1), 12_000);
  assert.ok(conversation.hasOlder);
  conversation.take(message(12_001));
  assert.equal(ids(conversation).at(-1), 12_001);
});

test('in the middle of many both ends go, and the newest is one step away', () => {
  const conversation = new Conversation('g7');
  conversation.announce(message(10_000));
  while (conversation.lookBack()) fill(conversation);
  conversation.place = 5_000;
  conversation.take(message(10_001));
  conversation.forgetFarthest();
  assert.deepEqual(ids(conversation), range(2_500, 7_499));
  assert.deepEqual(conversation.lookAtNewest(), { first: 9_952, last: 10_001 });
  fill(conversation);
  assert.deepEqual(ids(conversation), range(9_952, 10_001));
});

test('who looks at older messages while he was away for long stays there', () => {
  const conversation = new Conversation('g7');
  conversation.announce(message(100));
  while (conversation.lookBack()) fill(conversation);
  conversation.place = 20;
  conversation.announce(message(5_000));
  assert.deepEqual(ids(conversation), range(1, 100));
  assert.deepEqual([conversation.missing, conversation.hasNewer], [0, true]);
});

test('a removed conversation comes back with something new', () => {
  const conversation = new Conversation('u7');
  conversation.take(message(1));
  conversation.isHidden = true;
  assert.equal(conversation.take(message(1)), false);
  assert.equal(conversation.isHidden, true);
  conversation.take(message(2));
  assert.equal(conversation.isHidden, false);
});

test('who was away for long begins at the end, and looks back from there', () => {
  const conversation = new Conversation('g7');
  conversation.lookBack();
  conversation.announce(message(100_000));
  assert.ok(fill(conversation) < 10);
  assert.equal(ids(conversation).at(-1), 100_000);
  conversation.lookBack();
  fill(conversation);
  assert.deepEqual(ids(conversation), range(99_901, 100_000));
});
