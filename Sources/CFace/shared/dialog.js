// Windows over the page. The browser's own: it keeps the focus inside, and Escape closes them.

import { button, el, put } from './dom.js';
import { form } from './form.js';
import { t } from './words.js';

let count = 0;

/** Shows a window. - kind: `small` in the middle, `sheet` at the side. Gives the place for more, and a way to close. */
export function show(title, kind, ...content) {
  const id = `dialog${count += 1}`;
  const heading = el('h2', { id }, title);
  const body = el('div', { class: 'body' }, ...content);
  const element = el('dialog', { class: kind, 'aria-labelledby': id },
    el('header', {}, heading, button('×', () => element.close(), { class: 'quiet', 'aria-label': t('Close') })),
    body);
  element.addEventListener('close', () => element.remove());
  closeFromBeside(element);
  put(document.body, element);
  element.showModal();
  return { element, heading, body, close: () => element.close() };
}

/**
 * A click beside a window closes it. Its backdrop is the element itself, as is its own empty space; and a click is also
 * where the mouse lets go that was pressed inside, to select a text.
 */
function closeFromBeside(element) {
  const isBeside = ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return target === element && (x < left || x > right || y < top || y > bottom);
  };
  let isPressed = false;
  element.addEventListener('pointerdown', (event) => { isPressed = isBeside(event); });
  element.addEventListener('click', (event) => { if (isPressed && isBeside(event)) element.close(); });
}

/** Asks before something is done. `send` does it; the window stays while it fails, and says why. */
export function ask(title, text, action, send, { descriptions = [], danger = true } = {}) {
  const made = form(descriptions, action, async (values, key) => {
    await send(values, key);
    dialog.close();
  }, { danger, cancel: () => dialog.close() });
  const dialog = show(title, 'small', el('p', {}, text), made.element);
  // Pressing Enter twice must not do it.
  if (danger && !descriptions.length) made.element.querySelector('.actions button:last-child').focus();
  return dialog;
}
