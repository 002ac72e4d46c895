// A call as a user's tabs see it: who has it, what is said, and how it ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Calls, largestDescription } from '../../Sources/CFace/chat/calls.js';

class Stage {
  isOnline = true;
  sent = [];
  told = [];

  constructor() {
    this.calls = new Calls({
      send: (name, message) => this.sent.push({ name, ...message }),
      tell: (event) => this.told.push(event),
      isOnline: () => this.isOnline,
    });
    this.calls.loggedIn(1);
  }

  ring(caller = 2, number = 7) {
    this.calls.received('avCallInitiateReq', { fromID: caller, toID: 1, callID: number, body: bytes('v=0 offer') });
  }

  answer(code, body = '') {
    this.calls.received('avCallInitiateRes', { fromID: 2, toID: 1, callID: 5, code, body: bytes(body) });
  }

  over(caller, number) { this.calls.received('avCallCancelReq', { fromID: caller, toID: 0, callID: number }); }

  get call() { return this.calls.event.call; }
  get ended() { return this.told.at(-1).ended; }
}

const bytes = (text) => new TextEncoder().encode(text);
const text = (body) => new TextDecoder().decode(body);

test('a call that is taken and hung up', () => {
  const stage = new Stage();
  stage.calls.call('tab', 2, 5, 'v=0 offer');
  const [{ name, fromID, toID, callID, body }] = stage.sent;
  assert.deepEqual([name, fromID, toID, callID, text(body)], ['avCallInitiateReq', 1, 2, 5, 'v=0 offer']);
  stage.answer(0, 'v=0 answer');
  assert.deepEqual([stage.call.phase, stage.call.description], ['talking', 'v=0 answer']);
  stage.calls.hangUp();
  assert.deepEqual(
    [stage.sent[1].name, stage.sent[1].fromID, stage.sent[1].toID, stage.sent[1].callID],
    ['avCallHungUpReq', 1, 2, 5]);
  assert.deepEqual(stage.ended, { tab: 'tab', peer: 2, reason: 'over', phase: 'talking' });
  assert.equal(stage.call, null);
});

test('why nobody took it', () => {
  for (const [code, reason] of [
    [1, 'refused'], [2, 'busy'], [3, 'away'], [4, 'noAnswer'], [5, 'impossible'], [99, 'refused'],
  ]) {
    const stage = new Stage();
    stage.calls.call('tab', 2, 5, 'v=0');
    stage.answer(code);
    assert.deepEqual([stage.ended.reason, stage.call], [reason, null]);
  }
});

test('what is given up is cancelled, and an answer that comes late is none', () => {
  const stage = new Stage();
  stage.calls.call('tab', 2, 5, 'v=0');
  stage.calls.hangUp();
  assert.equal(stage.sent.at(-1).name, 'avCallCancelReq');
  stage.answer(0, 'v=0 answer');
  assert.equal(stage.call, null);
  stage.calls.call('tab', 2, 6, 'v=0');
  stage.answer(0, 'v=0 answer');
  assert.equal(stage.call.phase, 'calling');
});

test('all tabs ring, and one has the call', () => {
  const stage = new Stage();
  stage.ring();
  assert.deepEqual([stage.call.phase, stage.call.tab, stage.call.description], ['ringing', null, 'v=0 offer']);
  stage.calls.take('one');
  stage.calls.take('other');
  assert.deepEqual([stage.call.phase, stage.call.tab], ['accepting', 'one']);
  stage.calls.answer('other', 'v=0');
  assert.equal(stage.sent.length, 0);
  stage.calls.answer('one', 'v=0 answer');
  const [{ name, fromID, toID, callID, code, body }] = stage.sent;
  assert.deepEqual([name, fromID, toID, callID, code, text(body)], ['avCallInitiateRes', 2, 1, 7, 0, 'v=0 answer']);
  // Another tab that is closed changes nothing; that of the call ends it.
  stage.calls.left('other');
  assert.equal(stage.call.phase, 'talking');
  stage.calls.left('one');
  assert.deepEqual([stage.sent.at(-1).name, stage.call], ['avCallHungUpReq', null]);
});

test('what rings is declined, also by the tab that took it and cannot', () => {
  for (const isTaken of [false, true]) {
    const stage = new Stage();
    stage.ring();
    if (isTaken) stage.calls.take('one');
    stage.calls.hangUp('noDevice');
    assert.deepEqual([stage.sent[0].name, stage.sent[0].code], ['avCallInitiateRes', 1]);
    assert.equal(stage.ended.reason, 'noDevice');
  }
});

test('it stops ringing when the caller gives up, and not for another call', () => {
  const stage = new Stage();
  stage.ring(2, 7);
  stage.over(3, 7);
  stage.over(2, 8);
  assert.equal(stage.call.phase, 'ringing');
  stage.over(2, 7);
  assert.deepEqual([stage.call, stage.ended.phase], [null, 'ringing']);
});

test('who has a call is busy for others, and hears the same call once', () => {
  const stage = new Stage();
  stage.ring(2, 7);
  stage.ring(2, 7);
  assert.equal(stage.sent.length, 0);
  stage.ring(3, 8);
  const [{ fromID, toID, callID, code }] = stage.sent;
  assert.deepEqual([fromID, toID, callID, code, stage.call.peer], [3, 1, 8, 2, 2]);
  stage.calls.call('tab', 4, 9, 'v=0');
  assert.deepEqual([stage.ended, stage.call.peer], [{ tab: 'tab', peer: 4, reason: 'impossible' }, 2]);
});

test('no call survives its session, begins without one, or says more than the server takes', () => {
  const stage = new Stage();
  stage.ring();
  stage.isOnline = false;
  stage.calls.lost();
  assert.deepEqual([stage.ended.reason, stage.call, stage.sent.length], ['lost', null, 0]);
  stage.calls.call('tab', 2, 5, 'v=0');
  assert.deepEqual([stage.ended.reason, stage.sent.length], ['lost', 0]);
  stage.isOnline = true;
  stage.calls.call('tab', 2, 5, 'x'.repeat(largestDescription + 1));
  assert.deepEqual([stage.ended.reason, stage.sent.length], ['impossible', 0]);
});
