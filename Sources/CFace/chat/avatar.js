// Faces: the first characters of a name on a colour of its own.

import { el, mark, write } from './dom.js';

const hues = 8;

/** The last two characters of a Chinese name, the initials of others. */
function lettersOf(name) {
  const han = name.match(/\p{Script=Han}/gu);
  if (han) return han.slice(-2).join('');
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0]).join('').toUpperCase();
}

/** `{ element, update(key, name, isOnline) }`; a group is square, who is online has a dot. */
export function avatar(size = '') {
  const text = el('span', {});
  const element = el('span', { class: `avatar ${size}`, 'aria-hidden': 'true' }, text);
  return {
    element,
    update(key, name, isOnline = false) {
      write(text, lettersOf(name) || '?');
      mark(element, 'data-hue', Number(key.slice(1)) % hues);
      mark(element, 'data-group', key.startsWith('g'));
      mark(element, 'data-online', isOnline);
    },
  };
}
