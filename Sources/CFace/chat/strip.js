// What a picture says of where and with what it was taken, and nobody sees: taken out, without a change of what is
// seen. A core.

const latin = new TextDecoder('latin1');
const text = (bytes, at, length) => latin.decode(bytes.subarray(at, at + length));

/** Chunks of a PNG that are seen, or say how it is to be shown. */
const shown = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'bKGD', 'pHYs',
  'acTL', 'fcTL', 'fdAT', 'cICP']);

/**
 * The bytes of a picture without those; null: it must be drawn anew, as it is turned by what would be taken out, or is
 * not what its type says.
 */
export function stripped(bytes, type) {
  try {
    switch (type) {
      case 'image/jpeg': return stripJPEG(bytes);
      case 'image/png': return stripPNG(bytes);
      case 'image/webp': return stripWebP(bytes);
      default: return bytes;
    }
  } catch (fault) {
    if (fault instanceof RangeError) return null;
    throw fault;
  }
}

function joined(bytes, pieces) {
  const size = pieces.reduce((sum, [from, to]) => sum + to - from, 0);
  if (size === bytes.length) return bytes;
  const result = new Uint8Array(size);
  let at = 0;
  for (const [from, to] of pieces) {
    result.set(bytes.subarray(from, to), at);
    at += to - from;
  }
  return result;
}

/**
 * ITU-T T.81, annex B: segments, and data behind each scan. APP0 and APP14 say how the colours are meant, APP2 in which
 * space. Behind the end there may be a second picture, or a film, with a place of its own.
 */
function stripJPEG(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0xffd8) return null;
  const pieces = [[0, 2]];
  let at = 2;
  while (view.getUint16(at) !== 0xffd9) {
    const marker = view.getUint16(at);
    let end = at + 2 + view.getUint16(at + 2);
    if (marker === 0xffda) end = endOfData(view, end);
    if (marker < 0xffc0 || end > bytes.length) return null;
    const isExif = marker === 0xffe1 && text(bytes, at + 4, 4) === 'Exif';
    if (isExif && orientation(bytes.subarray(at + 10, end)) > 1) return null;
    const isOfApplications = (marker >= 0xffe1 && marker <= 0xffef && marker !== 0xffe2 && marker !== 0xffee);
    const isKept = !isOfApplications && marker !== 0xfffe && !(marker === 0xffe2 && text(bytes, at + 4, 3) === 'MPF');
    if (isKept) pieces.push([at, end]);
    at = end;
  }
  return joined(bytes, [...pieces, [at, at + 2]]);
}

/** Where the next marker is. In the data 0xff stands before a zero, or begins a restart, or fills. */
function endOfData(view, start) {
  let at = start;
  while (view.getUint8(at) !== 0xff || isData(view.getUint8(at + 1))) at += 1;
  return at;
}

const isData = (byte) => byte === 0 || byte === 0xff || (byte >= 0xd0 && byte <= 0xd7);

/** Of TIFF 6.0, the tag 0x0112 of its first directory; 1: it is not turned. */
function orientation(tiff) {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittle = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, isLittle);
  for (let index = 0; index < view.getUint16(directory, isLittle); index += 1) {
    const entry = directory + 2 + index * 12;
    if (view.getUint16(entry, isLittle) === 0x0112) return view.getUint16(entry + 8, isLittle);
  }
  return 1;
}

/** PNG, third edition, section 5.3. */
function stripPNG(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces = [[0, 8]];
  for (let at = 8; at < bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return null;
    const kind = text(bytes, at + 4, 4);
    if (kind === 'eXIf' && orientation(bytes.subarray(at + 8, end - 4)) > 1) return null;
    if (shown.has(kind)) pieces.push([at, end]);
    at = end;
  }
  return joined(bytes, pieces);
}

/** RFC 9649, section 2.7: flags of the first chunk say what follows. */
function stripWebP(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (text(bytes, 8, 4) !== 'WEBP') return null;
  const pieces = [[0, 12]];
  for (let at = 12; at < bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (end > bytes.length) return null;
    const kind = text(bytes, at, 4);
    if (kind !== 'EXIF' && kind !== 'XMP ') pieces.push([at, end]);
    at = end;
  }
  const result = joined(bytes, pieces);
  if (result === bytes) return bytes;
  new DataView(result.buffer).setUint32(4, result.length - 8, true);
  if (text(result, 12, 4) === 'VP8X') result[20] &= ~0x0c;
  return result;
}
