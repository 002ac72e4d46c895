// What is read from what browsers and nodes say of calls.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qualityBetween, readStatistics } from '../../Sources/CFace/chat/call-quality.js';
import { hasPicture } from '../../Sources/CFace/chat/call-sdp.js';
import { callWords, readCall } from '../../Sources/CFace/chat/call-text.js';
import { oneLine, partsOf } from '../../Sources/CFace/chat/content.js';

const sdp = (...lines) =>
  ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=sendrecv', 'a=msid:s a', ...lines, ''].join('\r\n');

test('a picture that is to be seen at once belongs to a stream', () => {
  const picture = 'm=video 9 UDP/TLS/RTP/SAVPF 96';
  assert.equal(hasPicture(sdp(picture, 'a=sendrecv', 'a=msid:stream track')), true);
  assert.equal(hasPicture(sdp(picture, 'a=sendonly', 'a=msid:stream track')), true);
  assert.equal(hasPicture(sdp(picture, 'a=sendrecv', 'a=msid:- track')), false);
  assert.equal(hasPicture(sdp(picture, 'a=recvonly', 'a=msid:stream track')), false);
  assert.equal(hasPicture(sdp('m=video 0 UDP/TLS/RTP/SAVPF 96', 'a=sendrecv', 'a=msid:stream track')), false);
  for (const text of [sdp(), '', 'no description at all', sdp(picture)]) assert.equal(hasPicture(text), false);
});

const report = (received, lost, bytes, roundTrip) => new Map([
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
  { id: 'P', type: 'candidate-pair', currentRoundTripTime: roundTrip, localCandidateId: 'L', remoteCandidateId: 'R' },
  { id: 'L', type: 'local-candidate', candidateType: 'relay' },
  { id: 'R', type: 'remote-candidate', candidateType: 'host' },
  { id: 'A', type: 'inbound-rtp', kind: 'audio', packetsReceived: received, packetsLost: lost, bytesReceived: bytes },
  { id: 'V', type: 'inbound-rtp', kind: 'video', packetsReceived: 0, packetsLost: 0, bytesReceived: 0, frameWidth: 640,
    frameHeight: 480, framesDecoded: received },
].map((entry) => [entry.id, entry]));

test('how well a call goes between two looks', () => {
  const first = readStatistics(report(100, 0, 1_000, 0.01), 0);
  assert.equal(first.isRelayed, true);
  const between = (received, lost, roundTrip) =>
    qualityBetween(first, readStatistics(report(100 + received, lost, 26_000, roundTrip), 2_000));
  assert.deepEqual(between(100, 0, 0.024), {
    level: 'good', roundTrip: 24, loss: 0, rate: 100, picture: '640×480', isRelayed: true,
  });
  assert.equal(between(97, 3, 0.024).level, 'fair');
  assert.equal(between(90, 10, 0.024).level, 'bad');
  assert.equal(between(100, 0, 0.5).level, 'bad');
  assert.deepEqual([between(0, 0, 0.024).level, between(0, 0, 0.024).picture], ['silent', null]);
  // Nothing is known yet, or everything began anew.
  assert.equal(readStatistics(new Map(), 0).roundTrip, null);
  assert.equal(qualityBetween(first, readStatistics(report(0, 0, 0, null), 0)).rate, 0);
});

test('what a node writes of a call is said in the words of the reader, and nothing else is', () => {
  const t = (text, values = {}) => text.replace('{time}', values.time);
  assert.equal(callWords(readCall('[通话 1:05]'), t), 'Call, 1:05');
  assert.equal(callWords(readCall('[未接通话]'), t), 'Missed call');
  assert.equal(callWords(readCall('[未接通话]'), t, true), 'Nobody answered');
  assert.equal(callWords(readCall('[已拒绝通话]'), t), 'Declined call');
  assert.equal(callWords(readCall('[已取消通话]'), t), 'Cancelled call');
  for (const text of ['[通话 1:5]', ' [未接通话]', '[未接通话] !', '通话 1:05', '[通话 x]']) assert.equal(readCall(text), null);
  assert.equal(oneLine({ kind: 'text', text: '[未接通话]' }, t), 'Missed call');
  assert.deepEqual(partsOf('[未接通话]').map(({ kind }) => kind), ['call']);
});
