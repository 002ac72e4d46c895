// The box to write in. Enter sends, with Shift it begins a line; on phones Enter begins a line, as keyboards there have
// no Shift at hand.

import { button, el, mark, refill, write } from './dom.js';
import { moods, offered } from './emoji.js';
import { wish } from './host.js';
import { model } from './model.js';
import { sealedSize } from './sealed-text.js';
import { t } from './words.js';

/** Longest text as it travels (limits.text of a node that was not told otherwise). */
const maxSize = 16 * 1024;
const typingEvery = 4_000;
const draftAfter = 400;

/** - written: something was. */
export function composer(key, written) {
  const input = el('textarea', {
    rows: 1, 'aria-label': t('Message'), placeholder: t('Write a message'), autocomplete: 'off', enterkeyhint: 'send',
  });
  const fault = el('p', { class: 'fault', role: 'alert' });
  const send = el('button', { type: 'submit', class: 'main' }, t('Send'));
  const panel = el('div', { class: 'emoji-panel', hidden: true, role: 'group', 'aria-label': t('Emoji') });
  const toggle = button('☺', () => togglePanel(), {
    class: 'quiet', 'aria-label': t('Emoji'), title: t('Emoji'), 'aria-expanded': 'false',
  });
  const closed = el('p', { class: 'note', hidden: true });
  const form = el('form', { class: 'composer', on: { submit: (event) => { event.preventDefault(); submit(); } } },
    panel, fault, el('div', { class: 'box' }, toggle, input, send));
  const element = el('footer', {}, closed, form);
  const isPair = key.startsWith('u');
  let typingAt = 0;
  let draftTimer;

  input.value = model.conversations.get(key)?.draft ?? '';

  function check() {
    const size = input.value.trim() ? sealedSize(input.value) : 0;
    const isTooLong = size > maxSize;
    const share = Math.ceil(size / maxSize * 100);
    refill(fault, isTooLong
      ? t('This is too long for one message: {n} % of what one may hold. A file would carry it.', { n: share }) : '');
    mark(send, 'disabled', size === 0 || isTooLong);
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight + 2, 200)}px`;
    return size > 0 && !isTooLong;
  }

  function submit() {
    if (!check()) return;
    clearTimeout(draftTimer);
    wish('write', { key, text: input.value.trim() });
    input.value = '';
    written();
    typed(false);
    check();
    input.focus();
  }

  function typed(isTyping) {
    if (!isPair) return;
    const now = Date.now();
    if (isTyping && now - typingAt < typingEvery) return;
    if (!isTyping && typingAt === 0) return;
    typingAt = isTyping ? now : 0;
    wish('hint', {
      to: Number(key.slice(1)), service: 2, number: isTyping ? 1 : 2, content: isTyping ? 'writing' : 'stop writing',
    });
  }

  function changed() {
    check();
    if (input.value) typed(true);
    clearTimeout(draftTimer);
    draftTimer = setTimeout(keepDraft, draftAfter);
  }

  const keepDraft = () => {
    if ((model.conversations.get(key)?.draft ?? '') !== input.value) wish('draft', { key, text: input.value });
  };

  function togglePanel() {
    const isShown = panel.hasAttribute('hidden');
    mark(panel, 'hidden', !isShown);
    mark(toggle, 'aria-expanded', String(isShown));
    if (isShown && !panel.firstChild) {
      const insert = (text) => () => {
        input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
        changed();
        input.focus();
      };
      panel.append(
        ...offered.map((face) => button(face, insert(face), { class: 'quiet' })),
        ...Object.entries(moods).map(([name, face]) =>
          button(face, insert(`[${name}]`), { class: 'quiet mood', title: name, 'aria-label': name })));
    }
  }

  input.addEventListener('input', changed);
  input.addEventListener('keydown', (event) => {
    const isPhone = matchMedia('(pointer: coarse)').matches;
    // While a word is put together, Enter belongs to the input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && !isPhone) {
      event.preventDefault();
      submit();
    }
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hasAttribute('hidden')) return;
    togglePanel();
    input.focus();
  });
  check();

  return {
    element,
    focus() { if (!matchMedia('(pointer: coarse)').matches) input.focus(); check(); },
    /** - reason: why nothing can be written here; empty: it can. */
    close(reason) {
      write(closed, reason);
      mark(closed, 'hidden', !reason);
      mark(form, 'hidden', Boolean(reason));
    },
    leave() {
      clearTimeout(draftTimer);
      keepDraft();
      typed(false);
    },
  };
}
