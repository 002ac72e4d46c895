// Voice messages: the seconds they last as four bytes, then the sound as it was recorded.

const headSize = 4;
/** Longest voice message, with its head (limits.audio of a node that was not told otherwise). */
export const largestSound = 390_000 - headSize;
export const longestSound = 60;

/** The bytes of a message. */
export function packSound(seconds, sound) {
  const bytes = new Uint8Array(headSize + sound.length);
  new DataView(bytes.buffer).setUint32(0, seconds);
  bytes.set(sound, headSize);
  return bytes;
}

/** `{ seconds, sound }` of a message; what is shorter than its head lasts no time. */
export function unpackSound(data) {
  if (data.length < headSize) return { seconds: 0, sound: new Uint8Array() };
  const seconds = new DataView(data.buffer, data.byteOffset).getUint32(0);
  return { seconds, sound: data.slice(headSize) };
}

/**
 * What a sound is, by its first bytes: type and the ending of a file. Speex of mobile clients has no beginning of its
 * own, and is whatever is nothing else; no browser plays that, nor AMR.
 */
export function soundFormat(sound) {
  const says = (text, at) => [...text].every((letter, index) => sound[at + index] === letter.charCodeAt(0));
  // The name of the codec stands in the first page of an Ogg file (RFC 3533, 6).
  if (says('OggS', 0)) return says('Speex', 28) ? other('spx') : { type: 'audio/ogg', ending: 'ogg', isKnown: true };
  if (says('\x1a\x45\xdf\xa3', 0)) return { type: 'audio/webm', ending: 'webm', isKnown: true };
  if (says('ftyp', 4)) return { type: 'audio/mp4', ending: 'm4a', isKnown: true };
  return other(says('#!AMR', 0) ? 'amr' : 'spx');
}

const other = (ending) => ({ type: 'application/octet-stream', ending, isKnown: false });
