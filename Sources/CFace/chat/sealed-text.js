// Texts as they travel: UTF-8, zeros up to a whole number of blocks, the last four bytes its length; AES, then base64.

import { decryptBlock, encryptBlock, expandKey } from './aes.js';

const ascii = new TextEncoder();
const keys = expandKey(ascii.encode('12345678901234567890123456789012'));
const trailerSize = 4;

/** The bytes of a message from its text, which must not be empty. */
export function seal(text) {
  const plain = ascii.encode(text);
  const sealed = new Uint8Array(Math.ceil((plain.length + trailerSize) / 16) * 16);
  sealed.set(plain);
  new DataView(sealed.buffer).setUint32(sealed.length - trailerSize, plain.length);
  for (let at = 0; at < sealed.length; at += 16) encryptBlock(sealed.subarray(at, at + 16), keys);
  return ascii.encode(toBase64(sealed));
}

/** How many bytes `seal` gives. */
export function sealedSize(text) {
  return Math.ceil(Math.ceil((ascii.encode(text).length + trailerSize) / 16) * 16 / 3) * 4;
}

/** The text of a message; null if it is none. */
export function unseal(data) {
  const bytes = fromBase64(data);
  if (!bytes || bytes.length === 0 || bytes.length % 16 !== 0) return null;
  for (let at = 0; at < bytes.length; at += 16) decryptBlock(bytes.subarray(at, at + 16), keys);
  return new TextDecoder().decode(bytes.subarray(0, lengthOf(bytes)));
}

/** Some clients write another length than there is (the web client of the original, and the one in Dart). */
function lengthOf(bytes) {
  const end = bytes.length - trailerSize;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end);
  const areZeros = (from, to) => bytes.subarray(from, to).every((byte) => byte === 0);
  if (length <= end && areZeros(length, end)) return length;
  for (let short = bytes.length - 16; short < bytes.length; short += 1) {
    if (short % 256 === bytes.at(-1) && areZeros(short, bytes.length - 1)) return short;
  }
  let last = end;
  while (last > 0 && bytes[last - 1] === 0) last -= 1;
  return last;
}

function toBase64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(data) {
  try {
    return Uint8Array.from(atob(new TextDecoder().decode(data)), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
