// A picture within a message: its place is there before it is, and it can be seen in full.

import { button, el, refill } from './dom.js';
import { showPicture } from './lightbox.js';
import { shownSize, smallPath, storedPicture } from './media.js';
import { t } from './words.js';

/** - alternative: what is said to who does not see it. */
export function pictureElement(address, alternative) {
  const stored = storedPicture(address);
  if (!stored) return strangePicture(address);
  const place = el('span', { class: 'picture' });
  const { width, height } = shownSize(stored);
  const load = () => {
    // Browsers take the proportions from these, before it is there and behind that.
    const image = el('img', {
      width: stored.width || width, height: stored.height || height, class: stored.width ? null : 'unmeasured',
      alt: alternative, loading: 'lazy', decoding: 'async', on: { error: failed },
    });
    image.style.width = `${width}px`;
    // The small one is rounded: its place is that of the picture.
    if (stored.width) image.style.aspectRatio = `${stored.width} / ${stored.height}`;
    image.src = smallPath(stored);
    refill(place, el('button', {
      type: 'button', 'aria-label': t('{what}, show it in full', { what: alternative }),
      on: { click: () => showPicture(stored.path) },
    }, image));
  };
  const failed = () => {
    const broken = el('span', { class: 'broken' },
      el('span', {}, t('This picture cannot be loaded.')), button(t('Try again'), load, { class: 'link' }));
    broken.style.width = `${Math.max(width, 180)}px`;
    broken.style.height = `${Math.max(height, 90)}px`;
    refill(place, broken);
  };
  load();
  return place;
}

/** It lies where its sender put it; nothing is loaded from there by itself. */
function strangePicture(address) {
  return /^https?:\/\//.test(address)
    ? el('a', { class: 'strange', href: address, target: '_blank', rel: 'noopener noreferrer' },
      `${t('[Picture]')} ${address}`)
    : el('span', {}, t('[Picture]'));
}
