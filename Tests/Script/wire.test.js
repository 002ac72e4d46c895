// Bytes: the codecs of the chat page against those of the node, and against what other clients write.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { md5 } from '../../Sources/CFace/chat/md5.js';
import * as messages from '../../Sources/CFace/chat/messages.js';
import { pack, unpack } from '../../Sources/CFace/chat/packets.js';
import { decode, encode } from '../../Sources/CFace/chat/protobuf.js';
import { seal, sealedSize, unseal } from '../../Sources/CFace/chat/sealed-text.js';

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (digits) => new Uint8Array(Buffer.from(digits, 'hex'));
const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url)));

test('messages of the node are read, and written as the node writes them', () => {
  assert.ok(golden.length > 100);
  const isLong = ({ name }) => Object.values(messages[name]).some(([, type]) => type === 'long');
  for (const { name, hex: digits } of golden.filter((each) => !isLong(each))) {
    const message = decode(messages[name], bytes(digits));
    assert.equal(hex(encode(messages[name], message)), digits, name);
  }
});

test('numbers of 64 bits are read as far as they are exact', () => {
  const read = (digits) => decode(messages.IMChangeUserInfoReq, bytes(digits)).userID;
  assert.equal(read('08ffffffffffffff0f'), Number.MAX_SAFE_INTEGER);
  assert.throws(() => read('0880808080808080' + '10'), RangeError);
  const message = { userID: 2 ** 40 + 5, telephoneNum: '1' };
  assert.equal(decode(messages.IMChangeUserInfoReq, encode(messages.IMChangeUserInfoReq, message)).userID, 2 ** 40 + 5);
  // Of a number with 32 bits the lower ones count.
  assert.equal(decode(messages.IMKickUser, bytes('08ffffffffffffffffff01')).userID, 2 ** 32 - 1);
});

test('what is required is written when it is zero, and may be absent', () => {
  assert.equal(hex(encode(messages.IMHeartBeat, {})), '');
  assert.equal(hex(encode(messages.IMKickUser, {})), '08001000');
  assert.deepEqual(decode(messages.IMKickUser, bytes('')), { userID: 0, kickReason: 0 });
});

test('repeated numbers may be packed; unknown fields are skipped', () => {
  const packed = decode(messages.IMUsersInfoReq, bytes('0801' + '1203' + '018002' + 'f80601' + 'fa0602ffff'));
  assert.deepEqual(packed.userIDList, [1, 256]);
});

test('what is cut, or has no form, is refused and nothing else happens', () => {
  for (const { name, hex: digits } of golden) {
    for (let length = 0; length < digits.length / 2; length += 1) {
      try {
        decode(messages[name], bytes(digits).subarray(0, length));
      } catch (fault) {
        assert.ok(fault instanceof RangeError, `${name}: ${fault}`);
      }
    }
  }
  let state = 1;
  const random = () => (state = (state * 48271) % 0x7fffffff);
  for (let round = 0; round < 20_000; round += 1) {
    const some = Uint8Array.from({ length: random() % 60 }, () => random() & 0xff);
    try {
      decode(messages.IMGetMsgListRsp, some);
    } catch (fault) {
      assert.ok(fault instanceof RangeError, `${hex(some)}: ${fault}`);
    }
  }
});

test('a packet has its length, its command and its number', () => {
  const packet = pack('heartBeat', 1);
  assert.equal(hex(packet), '00000010000100000007070100010000');
  assert.deepEqual(unpack(packet), { name: 'heartBeat', sequence: 1, message: {} });
  assert.throws(() => unpack(packet.subarray(1)), RangeError);
  assert.throws(() => unpack(bytes('00000011000100000007070100010000')), RangeError);
  assert.equal(unpack(bytes('000000100001000000070fff00010000')), null);
});

// Made with the library of the original.
const sealed = {
  a: '8+lyaGSNdKxdsEEADyYxvw==',
  hello: 'nnZSBwfPCz60q69ddmfIJA==',
  123456789012: 'qRbX2o2N6/0vxpOpQhCOOg==',
  1234567890123: 'ovYKzOY+0lEFsnZlqUWIQAr+GZ43+2mMfQMFqTsGBjY=',
  1234567890123456: 'zyFIAqnq8fihaJFqgH9gVAfU6OB7fpsvZh6GP3dYB9g=',
  你好: 'UKheN9KmjZEOcj7ZdGedvw==',
  '[牙牙撒花]': 'qhNqCFdnwq2CTnAZHFBZKHWXrZFfV+UBo37vcxL/NUY=',
  '😀': 'JY6zvGh+Pftwlm2lDS+Jiw==',
};

test('texts are sealed as the original seals them', () => {
  for (const [text, base64] of Object.entries(sealed)) {
    assert.equal(new TextDecoder().decode(seal(text)), base64);
    assert.equal(unseal(new TextEncoder().encode(base64)), text);
    assert.equal(sealedSize(text), base64.length);
  }
  for (let length = 1; length < 200; length += 1) assert.equal(unseal(seal('x'.repeat(length))), 'x'.repeat(length));
  for (const strange of ['', 'x', '====', 'AAAA', '你好']) assert.equal(unseal(new TextEncoder().encode(strange)), null);
});

test('MD5 is MD5 (RFC 1321, A.5)', () => {
  assert.equal(md5(''), 'd41d8cd98f00b204e9800998ecf8427e');
  assert.equal(md5('message digest'), 'f96b697d7cb7938d525a2f31aaf161d0');
  assert.equal(md5('1234567890'.repeat(8)), '57edf4a22be3c955ac49da2e2107b67a');
});
