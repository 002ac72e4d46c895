// Pictures before they are sent: what they are, how large, and smaller where the server would not take them.

import { fitting, smallSize } from './media.js';
import { model } from './model.js';
import { sizeText } from './size.js';
import { stripped } from './strip.js';
import { t } from './words.js';

/** Of what is around a picture on its way. */
const formSize = 4096;
/** Bytes of a picture, as the server has said; a node that takes none says so when it is there. */
const largest = () => (model.files.limits?.picture ?? 10 * 1024 * 1024) - formSize;
/** What every client shows; the others that a browser can read become JPEG. */
const kinds = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/gif': 'gif', 'image/webp': 'webp', 'image/bmp': 'bmp' };
const quality = 0.88;
const faceSide = 200;

/**
 * `{ blob, name, small, isSmaller }`; the name says the size, so that who gets it has its place before it is there, and
 * `small` is `{ blob, name }` where a conversation shows less of it. Neither says where it was taken.
 */
export async function preparePicture(file) {
  const bitmap = await read(file);
  const { blob, width, height, isSmaller } = await fitted(file, bitmap);
  const ending = kinds[blob.type];
  const small = file.type === 'image/gif' ? null : await smallOf(bitmap, blob.type);
  bitmap.close();
  return { blob, name: nameOf(width, height, ending), small, isSmaller };
}

/** As it is, without what nobody sees; or drawn anew, if it is too large or of a kind that others do not show. */
async function fitted(file, bitmap) {
  const { width, height } = bitmap;
  const isTooLarge = file.size > largest() || fitting({ width, height }) < 1;
  if (file.type in kinds && !isTooLarge) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const rest = stripped(bytes, file.type);
    if (rest) return { blob: rest === bytes ? file : new Blob([rest], { type: file.type }), width, height };
  }
  // Its frames would be lost.
  if (file.type === 'image/gif') throw new Error(t('A GIF may have {size} at most.', { size: sizeText(largest()) }));
  for (let scale = fitting({ width, height }); scale > 0.02; scale *= 0.75) {
    const canvas = draw(bitmap, Math.round(width * scale), Math.round(height * scale));
    const blob = await encoded(canvas, 'image/jpeg');
    const isSmaller = isTooLarge && file.type in kinds;
    if (blob.size <= largest()) return { blob, width: canvas.width, height: canvas.height, isSmaller };
  }
  throw new Error(t('This picture is too large.'));
}

/** Null: it is as small itself. */
async function smallOf(bitmap, type) {
  const scale = Math.min(smallSize.width / bitmap.width, smallSize.height / bitmap.height);
  if (scale >= 1) return null;
  const [width, height] = [Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale)];
  const canvas = makeCanvas(width, height);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, width, height);
  // What can be seen through stays so; where a browser writes no WebP it is a PNG.
  const blob = await encoded(canvas, type === 'image/jpeg' ? type : 'image/webp');
  return { blob, name: nameOf(width, height, kinds[blob.type]) };
}

/** The middle of a picture as a face: square, and as large as faces are shown. */
export async function prepareFace(file) {
  const bitmap = await read(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = makeCanvas(faceSide, faceSide);
  const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  canvas.getContext('2d').drawImage(bitmap, x, y, side, side, 0, 0, faceSide, faceSide);
  const type = file.type === 'image/jpeg' ? file.type : 'image/png';
  return { blob: await encoded(canvas, type), name: nameOf(faceSide, faceSide, kinds[type]) };
}

/** A small one of a picture that is not sent: it is drawn, so the page needs no right to load it from anywhere. */
export function thumbnail(blob, side = 72) {
  const canvas = makeCanvas(side * 2, side * 2);
  canvas.className = 'thumbnail';
  read(blob).then((bitmap) => {
    const scale = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    canvas.getContext('2d').drawImage(
      bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    bitmap.close();
  }, () => {});
  return canvas;
}

async function read(blob) {
  try {
    return await createImageBitmap(blob);
  } catch {
    throw new Error(t('This is not a picture that browsers can show.'));
  }
}

function draw(bitmap, width, height) {
  const canvas = makeCanvas(width, height);
  const context = canvas.getContext('2d');
  // JPEG has nothing that can be seen through.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

const makeCanvas = (width, height) => Object.assign(document.createElement('canvas'), { width, height });

const encoded = (canvas, type) => new Promise((resolve, reject) => {
  const made = (blob) => (blob ? resolve(blob) : reject(new Error(t('This picture is too large.'))));
  canvas.toBlob(made, type, quality);
});

/** Four digits each, as the server reads them. */
const nameOf = (width, height, ending) =>
  (Math.max(width, height) < 10_000 ? `picture_${width}x${height}.${ending}` : `picture.${ending}`);
