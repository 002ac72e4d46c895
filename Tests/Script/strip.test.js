// Pictures without what they say of their place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripped } from '../../Sources/CFace/chat/strip.js';

const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) =>
  (typeof part === 'string' ? [...part].map((letter) => letter.charCodeAt(0)) : part)));
const segment = (marker, ...content) => {
  const inside = [...bytes(...content)];
  return [0xff, marker, (inside.length + 2) >> 8, (inside.length + 2) & 255, ...inside];
};
const tiff = (turn) => [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0];
const exif = (turn) => segment(0xe1, 'Exif', [0, 0], tiff(turn));
const data = [0xff, 0xda, 0, 3, 1, 5, 6, 0xff, 0, 0xe1, 0xff, 0xd9];
const jpeg = (...segments) => bytes([0xff, 0xd8], ...segments, data);
const chunk = (kind, ...content) => {
  const inside = [...bytes(...content)];
  return [0, 0, 0, inside.length, ...bytes(kind), ...inside, 1, 2, 3, 4];
};
const png = (...chunks) => bytes([0x89], 'PNG\r\n', [0x1a, 10], ...chunks);

test('a JPEG keeps its colours and its data, and loses its place, its maker and its words', () => {
  const colours = [segment(0xe0, 'JFIF'), segment(0xe2, 'ICC_PROFILE'), segment(0xee, 'Adobe'), segment(0xdb, [1])];
  const whole = jpeg(colours[0], exif(1), segment(0xe1, 'http://ns.adobe.com/xap'), colours[1], segment(0xe2, 'MPF'),
    segment(0xed, 'Photoshop'), segment(0xfe, 'words'), colours[2], colours[3]);
  assert.deepEqual(stripped(whole, 'image/jpeg'), jpeg(...colours));
});

test('what stands behind a scan or behind the end of a JPEG goes, and no scan is cut', () => {
  const scan = [0xff, 0xda, 0, 3, 1, 5, 0xff, 0, 6, 0xff, 0xd0, 7, 0xff, 0xd7, 8, 0xff];
  const kept = [segment(0xdb, [1]), scan, segment(0xc4, [2]), scan];
  const whole = bytes([0xff, 0xd8], kept[0], kept[1], segment(0xfe, 'words'), exif(1), kept[2], kept[3], [0xff, 0xd9],
    'a film, with its place', [0xff, 0xd8], exif(1), data);
  assert.deepEqual(stripped(whole, 'image/jpeg'), bytes([0xff, 0xd8], ...kept, [0xff, 0xd9]));
});

test('what says nothing is left as it is', () => {
  for (const [picture, type] of [[jpeg(segment(0xdb, [1])), 'image/jpeg'], [png(chunk('IHDR'), chunk('IEND')),
    'image/png'], [bytes('GIF89a'), 'image/gif']]) {
    assert.equal(stripped(picture, type), picture);
  }
});

test('what is turned by it, is cut or is something else is drawn anew', () => {
  assert.equal(stripped(jpeg(exif(6)), 'image/jpeg'), null);
  assert.equal(stripped(png(chunk('eXIf', tiff(3))), 'image/png'), null);
  assert.equal(stripped(bytes('no picture'), 'image/jpeg'), null);
  assert.equal(stripped(bytes('no picture at all'), 'image/webp'), null);
  const whole = jpeg(exif(1), segment(0xdb, [1, 2, 3]));
  for (let length = 0; length < whole.length; length += 1) {
    assert.equal(stripped(whole.subarray(0, length), 'image/jpeg'), null, `${length} bytes`);
  }
});

test('a PNG keeps what is seen', () => {
  const kept = [chunk('IHDR', [1]), chunk('gAMA', [2]), chunk('IDAT', [3]), chunk('IEND')];
  const [exif, words, more] = [chunk('eXIf', tiff(1)), chunk('tEXt', 'GPS'), chunk('iTXt', 'x')];
  const whole = png(kept[0], exif, words, kept[1], more, kept[2], kept[3]);
  assert.deepEqual(stripped(whole, 'image/png'), png(...kept));
});

test('a WebP says what it has', () => {
  const part = (kind, ...content) => {
    const inside = [...bytes(...content)];
    return [...bytes(kind), inside.length, 0, 0, 0, ...inside, ...(inside.length % 2 ? [0] : [])];
  };
  const webp = (flags, ...parts) => {
    const inside = bytes('WEBP', part('VP8X', [flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]), ...parts);
    return bytes('RIFF', [inside.length, 0, 0, 0], [...inside]);
  };
  const image = part('VP8 ', [1, 2, 3]);
  const whole = webp(0x1c, image, part('EXIF', 'GPS'), part('XMP ', 'x'));
  assert.deepEqual(stripped(whole, 'image/webp'), webp(0x10, image));
});
