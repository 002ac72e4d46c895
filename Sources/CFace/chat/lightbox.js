// One picture over the whole window, and from there to the others of the conversation.

import { button, el, mark, write } from './dom.js';
import { partsOf } from './content.js';
import { storedPicture } from './media.js';
import { model, nameOf } from './model.js';
import { fullTime } from './times.js';
import { t } from './words.js';

/** All that are known of the conversation that is open, the oldest first. */
function picturesHere() {
  return (model.timeline?.messages ?? []).filter(({ kind }) => kind === 'text').flatMap((message) =>
    partsOf(message.text).filter(({ kind }) => kind === 'picture').map(({ text }) => storedPicture(text))
      .filter(Boolean).map(({ path }) => ({ path, message })));
}

export function showPicture(path) {
  const pictures = picturesHere();
  let at = Math.max(0, pictures.findLastIndex((picture) => picture.path === path));
  const image = el('img', {});
  const fault = el('p', { class: 'fault', role: 'alert' });
  const legend = el('span', {});
  const place = el('span', { class: 'dim' });
  const original = el('a', { target: '_blank', rel: 'noopener', download: '' }, t('Save'));
  const back = button('‹', () => move(-1), { class: 'quiet', 'aria-label': t('The picture before') });
  const forth = button('›', () => move(1), { class: 'quiet', 'aria-label': t('The next picture') });
  const close = button('×', () => element.close(), { class: 'quiet', 'aria-label': t('Close') });
  const element = el('dialog', { class: 'lightbox', 'aria-label': t('Picture') },
    el('header', {}, legend, place, original, close),
    el('div', { class: 'stage' }, back, el('div', { class: 'frame' }, image, fault), forth));

  function draw() {
    const { path: address, message } = pictures[at] ?? { path, message: null };
    const text = message ? t('Picture from {name}', { name: nameOf(message.from) }) : t('Picture');
    write(fault, '');
    mark(image, 'hidden', false);
    image.alt = text;
    image.src = address;
    original.href = address;
    write(legend, message ? `${nameOf(message.from)} · ${fullTime(message.time)}` : '');
    write(place, pictures.length > 1 ? t('{n} of {all}', { n: at + 1, all: pictures.length }) : '');
    mark(back, 'disabled', at === 0);
    mark(forth, 'disabled', at >= pictures.length - 1);
  }

  function move(by) {
    const next = at + by;
    if (next < 0 || next >= pictures.length) return;
    at = next;
    draw();
  }

  image.addEventListener('error', () => {
    mark(image, 'hidden', true);
    write(fault, t('This picture cannot be loaded.'));
  });
  element.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowLeft') move(-1);
    if (key === 'ArrowRight') move(1);
  });
  element.addEventListener('click', ({ target }) => {
    if (target.matches('.lightbox, .stage, .frame')) element.close();
  });
  element.addEventListener('close', () => element.remove());
  draw();
  document.body.append(element);
  element.showModal();
  close.focus();
}
