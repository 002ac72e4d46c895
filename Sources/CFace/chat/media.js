// Addresses of pictures, as every node of a cluster gives them, and pictures within texts.

/** Folders and a digest, perhaps its size, an ending; behind that a thumbnail, which is the same file. */
const stored = new RegExp('(/g0/\\d{3}/\\d{3}/[0-9a-f]{64}(?:_(\\d{1,4})x(\\d{1,4}))?\\.[A-Za-z0-9]{1,15})'
  + '(?:_\\d{1,4}x\\d{1,4}\\.[A-Za-z0-9]{1,15})?$');

/** Of the address of a picture that is stored. */
export const digestIn = (address) => /[0-9a-f]{64}/.exec(address)?.[0] ?? '';

/** A small one has twice the pixels that a picture takes in a conversation, for screens that have them. */
export const smallSize = { width: 640, height: 520 };

/** Where the small one is that came with a picture; the picture itself where none did, or it is small. */
export const smallPath = ({ path, width, height }) => (width > smallSize.width || height > smallSize.height
  ? `${path}_${smallSize.width}x${smallSize.height}.jpg` : path);

const longestSide = 12_000;
const mostPixels = 40_000_000;

const before = '&$#@~^@[{:';
const behind = ':}]&$~@#@';

/**
 * Where this page finds the picture of an address, and its size if the address says so: `{ path, width, height }`.
 * Every node gives every picture, so it is asked of the page's own one, whatever host the address names; null: the
 * address is of something else.
 */
export function storedPicture(address) {
  const found = stored.exec(address.split(/[?#]/, 1)[0]);
  if (!found) return null;
  const [, path, width, height] = found;
  return { path, width: Number(width ?? 0), height: Number(height ?? 0) };
}

/** A text with pictures at its end, as clients of the protocol write it. */
export const withPictures = (text, addresses) =>
  text + addresses.map((address) => before + address + behind).join('');

const quoted = (text) => text.replace(/[$^[{}\]]/g, '\\$&');
const marked = new RegExp(`${quoted(before)}(.*?)${quoted(behind)}`, 'gs');

/** A text by its pictures: strings, and `{ address }` between them. */
export function splitAtPictures(text) {
  const pieces = [];
  let at = 0;
  for (const match of text.matchAll(marked)) {
    pieces.push(text.slice(at, match.index), { address: match[1] });
    at = match.index + match[0].length;
  }
  return [...pieces, text.slice(at)].filter((piece) => piece !== '');
}

/** The size at which a picture is shown, so that its place is there before it is; unknown: that of most. */
export function shownSize({ width, height }, most = { width: 320, height: 260 }) {
  if (!width || !height) return { width: 240, height: 180 };
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
}

/** How much smaller a picture must be for the server to take it (PixelSize.Limit), 1: not at all. */
export function fitting({ width, height }) {
  return Math.min(1, longestSide / width, longestSide / height, Math.sqrt(mostPixels / (width * height)));
}
