// The client as a whole: packets in, packets out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../../Sources/CFace/chat/client.js';
import { partsOf } from '../../Sources/CFace/chat/content.js';
import { pack, unpack } from '../../Sources/CFace/chat/packets.js';
import { compareNames, matches } from '../../Sources/CFace/chat/pinyin.js';
import { seal } from '../../Sources/CFace/chat/sealed-text.js';

class Stage {
  news = [];
  now = 1000;

  constructor() {
    this.client = new Client({
      servers: ['own'], random: () => 0.5, hear: (event) => this.news.push(event), fetch: async () => [],
    });
  }

  /** Packets that the client has sent since the last call. */
  sent() {
    return this.client.effects.splice(0).filter((effect) => effect.do === 'send').map(({ bytes }) => unpack(bytes));
  }

  does() { return this.client.effects.map((effect) => effect.do); }

  told(name, message, sequence = 0) { this.client.received(pack(name, sequence, message), this.now); }

  signIn() {
    this.client.signIn('alice', 'secret', this.now);
    this.client.opened(this.now);
    const [login] = this.sent();
    const userInfo = { userID: 1, userRealName: 'alice' };
    this.told('loginRes', { resultCode: 0, userInfo, sessionToken: Uint8Array.of(7) }, login.sequence);
    return login;
  }

  get state() { return this.client.state; }
}

const text = (id, from, words) => ({
  fromUserID: from, toSessionID: 1, msgID: id, createTime: id, msgType: 1, msgData: seal(words),
});

test('the password leaves as its digest, once; from then on a token is enough', () => {
  const stage = new Stage();
  const { message } = stage.signIn();
  assert.equal(message.password, '5ebe2294ecd0e0f08eab7690d2a6ee69');
  assert.equal(message.sessionToken.length, 0);
  assert.equal(stage.state.phase, 'online');
  stage.client.closed(1006, stage.now);
  stage.now += 1000;
  stage.client.tick(stage.now);
  stage.client.opened(stage.now);
  const login = stage.sent().find(({ name }) => name === 'loginReq').message;
  assert.deepEqual([login.password, [...login.sessionToken]], ['', [7]]);
});

test('numbers in names are sorted by their value', () => {
  assert.deepEqual(['u10', '张三', 'u2', '李四'].sort(compareNames), ['李四', '张三', 'u2', 'u10']);
});

test('a wrong password is said; a token that is worth nothing leads to the door', () => {
  const stage = new Stage();
  stage.client.signIn('alice', 'wrong', stage.now);
  stage.client.opened(stage.now);
  stage.told('loginRes', { resultCode: 6, resultString: 'no' });
  assert.deepEqual([stage.state.phase, stage.state.refusal], ['signedOut', { isToken: false, text: 'no' }]);

  const later = new Stage();
  const nothing = { people: [], departments: [], groups: [], conversations: [], outbox: [] };
  later.client.restore({ account: { id: 1, name: 'alice', token: Uint8Array.of(1) }, ...nothing }, later.now);
  later.client.opened(later.now);
  later.told('loginRes', { resultCode: 6 });
  assert.deepEqual([later.state.phase, later.state.me, later.state.refusal.isToken], ['signedOut', 0, true]);
  assert.equal(later.client.account.token.length, 0);
  assert.ok(!later.does().includes('forget'), 'what was written waits for its user');
});

test('whoever is put out stays out until he wants to come back', () => {
  const stage = new Stage();
  stage.signIn();
  stage.told('kickUser', { userID: 1, kickReason: 1 });
  stage.client.closed(4001, stage.now);
  for (let second = 0; second < 60; second += 1) stage.client.tick(stage.now += 1000);
  assert.equal(stage.state.phase, 'displaced');
  stage.client.effects.length = 0;
  stage.client.useHere(stage.now);
  assert.deepEqual(stage.does(), ['open']);
});

test('what is written is sent under one key until it is acknowledged, and shown once', () => {
  const stage = new Stage();
  stage.signIn();
  stage.sent();
  const key = '00'.repeat(15) + '01';
  stage.client.talks.open('u2', []);
  stage.client.talks.write(key, 'u2', { kind: 'text', text: 'hello' }, stage.now);
  const first = stage.sent().find(({ name }) => name === 'msgData').message;
  stage.now += 5000;
  stage.client.tick(stage.now);
  const again = stage.sent().find(({ name }) => name === 'msgData').message;
  assert.deepEqual(first, again);
  stage.told('msgDataAck', { userID: 1, sessionID: 2, msgID: 1, sessionType: 1, clientMsgKey: first.clientMsgKey });
  stage.told('msgDataAck', { userID: 1, sessionID: 2, msgID: 1, sessionType: 1, clientMsgKey: first.clientMsgKey });
  const { messages, waiting } = stage.client.talks.view('u2');
  assert.deepEqual([messages.map(({ id }) => id), waiting], [[1], []]);
});

test('messages are shown in their order, and a gap is asked for', () => {
  const stage = new Stage();
  stage.signIn();
  stage.client.talks.open('u2', []);
  stage.told('msgData', text(1, 2, 'one'));
  stage.sent();
  stage.told('msgData', text(4, 2, 'four'));
  const question = stage.sent().find(({ name }) => name === 'getMsgListReq');
  assert.equal(question.message.msgIDBegin, 3);
  const msgList = [3, 2, 1].map((id) => (
    { msgID: id, fromSessionID: 2, createTime: id, msgType: 1, msgData: seal(`${id}`) }));
  stage.told('getMsgListRsp', { userID: 1, sessionType: 1, sessionID: 2, msgIDBegin: 3, msgList }, question.sequence);
  assert.deepEqual(stage.client.talks.view('u2').messages.map(({ id }) => id), [1, 2, 3, 4]);
});

test('unread follows what the server says, what comes, and what was read elsewhere', () => {
  const stage = new Stage();
  stage.signIn();
  const question = stage.sent().find(({ name }) => name === 'unreadMsgCntReq');
  const info = { sessionID: 2, sessionType: 1, unreadCnt: 3, latestMsgID: 5, latestMsgType: 1, latestMsgFromUserID: 2 };
  stage.told('unreadMsgCntRsp', { userID: 1, totalCnt: 3, unreadinfoList: [info] }, question.sequence);
  const unread = () => stage.client.talks.summaries.find(({ key }) => key === 'u2').unread;
  assert.equal(unread(), 3);
  stage.told('msgData', text(6, 2, 'six'));
  stage.told('msgData', text(6, 2, 'six'));
  assert.equal(unread(), 4);
  stage.told('msgDataReadNotify', { userID: 1, sessionID: 2, msgID: 5, sessionType: 1 });
  assert.equal(unread(), 1);
  stage.told('msgDataReadNotify', { userID: 1, sessionID: 2, msgID: 6, sessionType: 1 });
  assert.equal(unread(), 0);
});

test('what comes while the server counts stays unread', () => {
  const stage = new Stage();
  stage.signIn();
  const question = stage.sent().find(({ name }) => name === 'unreadMsgCntReq');
  stage.told('msgData', text(6, 2, 'six'));
  stage.told('unreadMsgCntRsp', { userID: 1, totalCnt: 0, unreadinfoList: [] }, question.sequence);
  assert.equal(stage.client.talks.summaries[0].unread, 1);
});

test('what was read without a connection is told after the next login', () => {
  const stage = new Stage();
  stage.signIn();
  stage.told('msgData', text(6, 2, 'six'));
  stage.client.closed(1006, stage.now);
  stage.client.talks.read('u2');
  stage.client.effects.length = 0;
  stage.client.tick(stage.now += 1000);
  stage.client.opened(stage.now);
  const [login] = stage.sent();
  stage.told('loginRes', { resultCode: 0, userInfo: { userID: 1, userRealName: 'alice' } }, login.sequence);
  const question = stage.sent().find(({ name }) => name === 'unreadMsgCntReq');
  const info = { sessionID: 2, sessionType: 1, unreadCnt: 3, latestMsgID: 7, latestMsgType: 1, latestMsgFromUserID: 2 };
  stage.told('unreadMsgCntRsp', { userID: 1, totalCnt: 3, unreadinfoList: [info] }, question.sequence);
  const { message } = stage.sent().find(({ name }) => name === 'msgDataReadAck');
  assert.deepEqual([message.sessionID, message.msgID], [2, 6]);
  assert.equal(stage.client.talks.summaries[0].unread, 1, 'the seventh came meanwhile');
});

test('what a page says after the sign-out is not kept for the next user', async () => {
  const stage = new Stage();
  stage.signIn();
  stage.client.talks.open('u2', []);
  const looking = stage.client.talks.lookBack('u2');
  stage.client.signOut(stage.now);
  stage.client.effects.length = 0;
  const { talks } = stage.client;
  talks.draft('u2', 'secret');
  talks.write('00'.repeat(16), 'u2', { kind: 'text', text: 'secret' }, stage.now);
  talks.open('u2', [{ id: 1, from: 2, time: 1, kind: 'text', text: 'secret' }]);
  talks.read('u2');
  talks.hide('u2');
  await looking;
  assert.deepEqual([stage.client.effects, talks.summaries, talks.outbox.entries.size], [[], [], 0]);
});

test('what lies on a device without an account is nobody\'s, and goes with the first login', () => {
  const stage = new Stage();
  stage.signIn();
  const does = stage.does();
  assert.ok(does.includes('forget') && does.indexOf('forget') < does.indexOf('keep'), `${does}`);
});

test('nothing is sent before the login is answered', () => {
  const stage = new Stage();
  stage.signIn();
  stage.client.closed(1006, stage.now);
  stage.client.tick(stage.now += 1000);
  stage.client.opened(stage.now);
  stage.sent();
  stage.client.talks.write('00'.repeat(15) + '01', 'u2', { kind: 'text', text: 'hello' }, stage.now);
  assert.deepEqual(stage.sent(), []);
  stage.told('loginRes', { resultCode: 0, userInfo: { userID: 1, userRealName: 'alice' } });
  assert.equal(stage.sent().filter(({ name }) => name === 'msgData').length, 1);
});

test('a clock that is set back delays nothing', () => {
  const stage = new Stage();
  stage.now = 10_000_000;
  stage.signIn();
  stage.client.talks.write('00'.repeat(15) + '01', 'u2', { kind: 'text', text: 'hello' }, stage.now);
  const pass = (time) => stage.client.tick(stage.now += time);
  stage.sent();
  pass(-3_600_000);
  pass(5_000);
  assert.equal(stage.sent().filter(({ name }) => name === 'msgData').length, 1);
  pass(5_000);
  assert.notEqual(stage.state.phase, 'online', 'the silence of the server is noticed');
  pass(-3_600_000);
  pass(1_000);
  assert.equal(stage.state.phase, 'connecting');
});

test('texts fall into words, links, emoji and pictures', () => {
  const kinds = (words) => partsOf(words).map(({ kind, text: part }) => `${kind}:${part}`);
  assert.deepEqual(kinds('a [ok] b'), ['text:a ', 'emoji:👌', 'text: b']);
  assert.deepEqual(kinds('[nothing] [x'), ['text:[nothing] [x']);
  assert.deepEqual(kinds('看 https://example.org/a?b=1。'), ['text:看 ', 'link:https://example.org/a?b=1', 'text:。']);
  assert.deepEqual(kinds('x&$#@~^@[{:http://h/1.png:}]&$~@#@y'), ['text:x', 'picture:http://h/1.png', 'text:y']);
  assert.deepEqual(kinds('javascript:alert(1)'), ['text:javascript:alert(1)']);
  assert.deepEqual(kinds(''), []);
});

test('people are found by name and by initials', () => {
  assert.ok(matches('zs', ['张三']) && matches('三', ['张三']) && matches('ALI', ['alice']));
  assert.ok(!matches('ls', ['张三']) && !matches('x', ['', undefined]));
});

test('whoever left before this device knew anybody is asked for, once the server has told who there is', () => {
  const stage = new Stage();
  stage.signIn();
  const questions = stage.sent();
  const sequenceOf = (wanted) => questions.find(({ name }) => name === wanted).sequence;
  const asked = () => stage.sent().filter(({ name }) => name === 'usersInfoReq');
  stage.told('recentContactSessionRsp', { contactSessionList: [
    { sessionID: 2, sessionType: 1, updatedTime: 5, latestMsgID: 1, latestMsgData: seal('hi'), latestMsgType: 1,
      latestMsgFromUserID: 2, sessionStatus: 0 },
    { sessionID: 7, sessionType: 1, updatedTime: 5, latestMsgID: 1, latestMsgData: seal('bye'), latestMsgType: 1,
      latestMsgFromUserID: 7, sessionStatus: 0 },
  ] }, sequenceOf('recentContactSessionReq'));
  assert.deepEqual(asked(), []);
  stage.told('allUserRsp', { latestUpdateTime: 9, userList: [{ userID: 2, userRealName: 'bob' }] },
    sequenceOf('allUserReq'));
  const [question, ...more] = asked();
  assert.deepEqual([question.message.userIDList, more], [[7], []]);
  stage.told('usersInfoRsp', { userInfoList: [{ userID: 7, userRealName: 'grace', status: 3 }] }, question.sequence);
  assert.deepEqual([stage.client.directory.people.get(7).name, stage.client.directory.people.get(7).hasLeft],
    ['grace', true]);
  // Nobody is asked for twice, also if the server knows nothing of him.
  stage.told('msgData', text(2, 7, 'again'));
  stage.told('msgData', text(1, 8, 'hello'));
  stage.told('msgData', text(2, 8, 'hello'));
  assert.deepEqual(asked().map(({ message }) => message.userIDList), [[8]]);
});

test('who is named by what this device has kept is asked for, again if the answer was lost with the connection', () => {
  const stage = new Stage();
  stage.signIn();
  const people = { latestUpdateTime: 9, userList: [{ userID: 2, userRealName: 'bob' }] };
  const tellPeople = () => {
    stage.told('allUserRsp', people, stage.sent().find(({ name }) => name === 'allUserReq').sequence);
  };
  const asked = () => stage.sent().filter(({ name }) => name === 'usersInfoReq')
    .map(({ message }) => message.userIDList);
  tellPeople();
  stage.client.talks.open('g5', [{ id: 1, from: 7, time: 1, kind: 'text', text: 'bye' }]);
  assert.deepEqual(asked(), [[7]]);
  stage.client.closed(1006, stage.now);
  stage.now += 1000;
  stage.client.tick(stage.now);
  stage.client.opened(stage.now);
  const login = stage.sent().find(({ name }) => name === 'loginReq');
  stage.told('loginRes', { resultCode: 0, userInfo: { userID: 1, userRealName: 'alice' } }, login.sequence);
  tellPeople();
  assert.deepEqual(asked(), [[7]]);
});
