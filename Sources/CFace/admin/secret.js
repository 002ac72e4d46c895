// What is shown once: nobody, this page included, can ask for it again.

import { show } from './dialog.js';
import { button, el } from './dom.js';
import { say } from './say.js';
import { t } from './words.js';

/** - use: how it is used, in words; example: the same as one would type it. */
export function showSecret(title, secret, use, example) {
  const box = el('strong', { class: 'mono secret' }, secret);
  const copy = button(t('Copy'), () => copied(box), { class: 'main' });
  const window = show(title, 'small',
    el('p', {}, t('This is shown this once: keep it now.')), box,
    el('p', { class: 'dim' }, use), el('code', { class: 'dim secret' }, example),
    el('div', { class: 'actions' }, copy, button(t('Close'), () => window.close())));
  copy.focus();
}

/** Browsers let a page copy by itself only where it came encrypted; what is selected they copy anywhere. */
async function copied(box) {
  const range = document.createRange();
  range.selectNodeContents(box);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const isDone = navigator.clipboard
    ? await navigator.clipboard.writeText(box.textContent).then(() => true, () => false)
    : document.execCommand('copy');
  say(isDone ? t('Copied.') : t('It is selected: copy it with the keyboard.'));
}
