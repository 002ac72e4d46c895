// Pictures and voices: as they travel, as they are found, and how they wait.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine, packetOf, partsOf, readMessage } from '../../Sources/CFace/chat/content.js';
import { fitting, shownSize, splitAtPictures, storedPicture, withPictures } from '../../Sources/CFace/chat/media.js';
import { MsgType } from '../../Sources/CFace/chat/messages.js';
import { Outbox } from '../../Sources/CFace/chat/outbox.js';
import { packSound, soundFormat, unpackSound } from '../../Sources/CFace/chat/sound.js';

const digest = '0123456789abcdef'.repeat(4);
const path = `/g0/001/035/${digest}.jpg`;
const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test('pictures stand behind the text, and are found in it again', () => {
  const first = `http://h:8700${path}`;
  const text = withPictures('two of them', [first, 'https://h/b.png']);
  assert.equal(text, `two of them&$#@~^@[{:${first}:}]&$~@#@&$#@~^@[{:https://h/b.png:}]&$~@#@`);
  assert.deepEqual(splitAtPictures(text), ['two of them', { address: first }, { address: 'https://h/b.png' }]);
  assert.deepEqual(splitAtPictures(withPictures('', [first])), [{ address: first }]);
  assert.equal(withPictures('none', []), 'none');
});

test('pictures in the midst of words and emoji of other clients', () => {
  const kinds = partsOf(`a[呵呵]${withPictures('', [path])}b https://h/x`).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['text', 'emoji', 'picture', 'text', 'link']);
  // Half a mark is text.
  for (const text of ['&$#@~^@[{:http://h/1', 'http://h/1:}]&$~@#@', '&$#@~^@[{']) {
    assert.ok(partsOf(text).every(({ kind }) => kind !== 'picture'), text);
  }
});

test('a list says that there is a picture, apart from the words', () => {
  const said = (text) => oneLine({ kind: 'text', text }, (words) => words);
  assert.equal(said(withPictures('look', [path, path])), 'look [Picture] [Picture]');
  assert.equal(said(withPictures('', [path])), '[Picture]');
});

test('a stored picture is asked of the own node, whatever host is named', () => {
  const found = (address) => storedPicture(address)?.path;
  for (const before of ['', 'http://old:8700', 'https://im.example.org/media']) {
    assert.equal(found(before + path), path);
    assert.equal(found(`${before}${path}_100x100.jpg`), path);
  }
  const sized = `/g0/001/035/${digest}_1200x800.png`;
  assert.deepEqual(storedPicture(`http://h${sized}?a=1#b`), { path: sized, width: 1200, height: 800 });
  assert.equal(found(`http://h${sized}_100x100.jpg`), sized);
});

test('nothing else is loaded', () => {
  for (const address of [
    '', 'http://h/logo.png', 'javascript:alert(1)', `/g0/1/035/${digest}.jpg`, `/g0/001/035/${digest}`,
    `/g0/001/035/${digest.slice(1)}.jpg`, `${path}/../../../upload`, `${path}?/g0`.replace('/g0/', '/g1/'),
    `http://h/?${path}`, `http://h/#${path}`, `/g0/001/035/${digest.toUpperCase()}.jpg`,
  ]) assert.equal(storedPicture(address), null, address);
});

test('the place of a picture is bounded, and has its proportions', () => {
  assert.deepEqual(shownSize({ width: 1200, height: 800 }), { width: 320, height: 214 });
  assert.deepEqual(shownSize({ width: 400, height: 900 }), { width: 116, height: 260 });
  assert.deepEqual(shownSize({ width: 20, height: 10 }), { width: 20, height: 10 });
  assert.deepEqual(shownSize({ width: 0, height: 0 }), { width: 240, height: 180 });
});

test('a picture of more pixels than the server takes is made smaller', () => {
  assert.equal(fitting({ width: 4000, height: 3000 }), 1);
  for (const [width, height] of [[20_000, 1_000], [1_000, 20_000], [10_000, 10_000]]) {
    const scale = fitting({ width, height });
    assert.ok(width * scale <= 12_000 && height * scale <= 12_000 && width * height * scale ** 2 <= 40_000_001);
  }
});

test('a voice is four bytes of seconds and the sound', async () => {
  const sound = bytes('OggS sound');
  assert.deepEqual([...packSound(258, sound).subarray(0, 6)], [0, 0, 1, 2, 79, 103]);
  assert.deepEqual(unpackSound(packSound(7, sound)), { seconds: 7, sound });
  // Of a client that has sent nothing.
  for (const size of [0, 1, 3]) {
    assert.deepEqual(unpackSound(new Uint8Array(size)), { seconds: 0, sound: new Uint8Array() });
  }
  for (const isGroup of [false, true]) {
    const { msgType, msgData } = packetOf({ kind: 'voice', text: 7, sound }, isGroup);
    assert.equal(msgType, isGroup ? MsgType.groupAudio : MsgType.singleAudio);
    const message = readMessage({ msgID: 3, createTime: 5, msgType, msgData }, 2);
    assert.deepEqual([message.kind, message.text, message.sound.type], ['voice', 7, 'audio/ogg']);
    assert.deepEqual(new Uint8Array(await message.sound.arrayBuffer()), sound);
  }
});

test('a sound is known by its first bytes, and what browsers do not play by having none', () => {
  const ending = (text) => soundFormat(bytes(text)).ending;
  assert.deepEqual(['OggS', '\x1a\x45\xdf\xa3...', '\0\0\0\x18ftypiso5'].map(ending), ['ogg', 'webm', 'm4a']);
  assert.deepEqual(['', '#!AMR\n', `OggS${'.'.repeat(24)}Speex  `].map(ending), ['spx', 'amr', 'spx']);
  for (const text of ['#!AMR\n', 'no head at all', '']) {
    assert.equal(soundFormat(bytes(text)).type, 'application/octet-stream', text);
  }
});

const picture = (name) => ({ blob: new Blob([name]), name });

test('pictures go before their message, one after the other, and others wait behind it', () => {
  const outbox = new Outbox();
  outbox.add('a', 'u2', { kind: 'text', text: 'two', pictures: [picture('1.png'), picture('2.png')] }, 0);
  outbox.add('b', 'u2', { kind: 'text', text: 'behind' }, 0);
  const names = ({ uploads, sends }) => [uploads.map(({ name }) => name), sends.map(({ text }) => text)];
  assert.deepEqual(names(outbox.due(0)), [['1.png'], []]);
  assert.deepEqual(names(outbox.due(60_000)), [[], []]);
  outbox.uploaded('a', { address: 'http://h/1' });
  assert.deepEqual(names(outbox.due(60_000)), [['2.png'], []]);
  outbox.uploaded('a', { address: 'http://h/2' });
  assert.deepEqual(names(outbox.due(60_000)), [[], [withPictures('two', ['http://h/1', 'http://h/2'])]]);
  outbox.take('a');
  assert.deepEqual(names(outbox.due(60_000)), [[], ['behind']]);
});

test('what could not go is said, holds nothing up, and goes on where it was', () => {
  const outbox = new Outbox();
  outbox.add('a', 'u2', { kind: 'text', text: '', pictures: [picture('1.png'), picture('2.png')] }, 0);
  outbox.add('b', 'u2', { kind: 'text', text: 'behind' }, 0);
  outbox.due(0);
  outbox.uploaded('a', { address: 'http://h/1' });
  outbox.due(0);
  const { state, fault } = outbox.uploaded('a', { fault: 'tooMany' });
  assert.deepEqual([state, fault], ['failed', 'tooMany']);
  assert.deepEqual(outbox.due(0).sends.map(({ text }) => text), ['behind']);
  // As it lies on the disk, and comes back.
  const again = new Outbox();
  again.restore([...outbox.entries.values()].filter(({ key }) => key === 'a'));
  assert.deepEqual(again.due(0).uploads, []);
  again.retry('a');
  assert.deepEqual(again.due(0).uploads.map(({ name }) => name), ['2.png']);
  // Thrown away while it goes.
  again.take('a');
  assert.equal(again.uploaded('a', { address: 'http://h/2' }), undefined);
});

test('an upload that a page did not see the end of begins anew', () => {
  const outbox = new Outbox();
  outbox.add('a', 'u2', { kind: 'text', text: '', pictures: [picture('1.png')] }, 0);
  outbox.due(0);
  const again = new Outbox();
  again.restore([...outbox.entries.values()]);
  assert.equal(again.due(0).uploads.length, 1);
  // What a page before this one left has no pictures.
  again.restore([{ key: 'c', conversation: 'u3', text: 'old', time: 0, state: 'sending' }]);
  assert.deepEqual(again.due(0).sends.map(({ text, kind }) => [text, kind]), [['old', 'text']]);
});
