// Somebody calls: who it is, and what can be answered. It lies over the page, which stays usable: who is writing goes
// on, and does not answer by what he types.

import { avatar } from './avatar.js';
import { button, el, write } from './dom.js';
import { cameraIcon, hangUpIcon, phoneIcon } from './icons.js';
import { nameOf } from './model.js';
import { t } from './words.js';

/** - accept: gets whether with the camera. */
export function incomingWindow(peer, isVideo, { accept, decline }) {
  const face = avatar('large');
  const text = isVideo ? t('{name} calls you, with video.', { name: nameOf(peer) })
    : t('{name} calls you.', { name: nameOf(peer) });
  const fault = el('p', { class: 'fault', role: 'alert' });
  // What is there from the beginning and changes is read out at once.
  const spoken = el('p', { class: 'who', 'aria-live': 'assertive' });
  const answer = (icon, words, action, kind) => button([icon, el('span', {}, words)], action, { class: kind });
  const take = (withCamera) => {
    write(fault, '');
    accept(withCamera);
  };
  const element = el('section', { class: 'incoming', role: 'alertdialog', 'aria-label': text, tabindex: -1 },
    face.element, el('div', { class: 'lines' }, spoken, fault),
    el('div', { class: 'answers' },
      isVideo ? answer(cameraIcon(), t('Accept'), () => take(true), 'accept') : null,
      answer(phoneIcon(), isVideo ? t('Accept without camera') : t('Accept'), () => take(false),
        isVideo ? '' : 'accept'),
      answer(hangUpIcon(), t('Decline'), decline, 'hang-up')));
  face.update(`u${peer}`, nameOf(peer));
  return {
    element,
    open() {
      document.body.prepend(element);
      requestAnimationFrame(() => write(spoken, text));
      if (!document.activeElement?.matches('input, textarea, select')) element.focus();
    },
    complain(words) { write(fault, words); },
    close() { element.remove(); },
  };
}
