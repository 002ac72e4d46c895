// Faces: a picture, or the first characters of a name on a colour of its own.

import { el, mark, write } from './dom.js';
import { storedPicture } from './media.js';
import { model } from './model.js';

const hues = 8;

/** The last two characters of a Chinese name, the initials of others. */
function lettersOf(name) {
  const han = name.match(/\p{Script=Han}/gu);
  if (han) return han.slice(-2).join('');
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0]).join('').toUpperCase();
}

function pathOf(key) {
  const number = Number(key.slice(1));
  const address = (key.startsWith('g') ? model.groups : model.people).get(number)?.avatar;
  return address ? storedPicture(address)?.path ?? null : null;
}

/** `{ element, update(key, name, isOnline) }`; a group is square, who is online has a dot. */
export function avatar(size = '') {
  const text = el('span', {});
  const element = el('span', { class: `avatar ${size}`, 'aria-hidden': 'true' }, text);
  /** Lies over the characters; what cannot be loaded lets them be seen. */
  const image = el('img', { alt: '', hidden: true, decoding: 'async' });
  image.addEventListener('load', () => mark(image, 'hidden', false));
  image.addEventListener('error', () => mark(image, 'hidden', true));
  element.append(image);
  let shown = null;
  return {
    element,
    update(key, name, isOnline = false) {
      const path = pathOf(key);
      if (path !== shown) {
        mark(image, 'hidden', true);
        if (path) image.src = path;
        else image.removeAttribute('src');
      }
      shown = path;
      write(text, lettersOf(name) || '?');
      mark(element, 'data-hue', Number(key.slice(1)) % hues);
      mark(element, 'data-group', key.startsWith('g'));
      mark(element, 'data-online', isOnline);
    },
  };
}
