// The box to write in, with pictures or a voice. Enter sends, with Shift it begins a line; on phones Enter begins a
// line, as keyboards there have no Shift at hand.

import { el, mark, write } from './dom.js';
import { emojiPanel } from './emoji-panel.js';
import { sendFiles } from './files.js';
import { wish } from './host.js';
import { clipIcon, microphoneIcon, pictureIcon, sendIcon, tool } from './icons.js';
import { model } from './model.js';
import { recorder } from './recorder.js';
import { sealedSize } from './sealed-text.js';
import { filesIn, tray } from './tray.js';
import { t } from './words.js';

/** Longest text as it travels (limits.text of a node that was not told otherwise). */
const maxSize = 16 * 1024;
/** Of the address of a picture, which is not known before it is on the server. */
const addressSize = 250;
const typingEvery = 4_000;
const draftAfter = 400;

/** - written: something was. */
export function composer(key, written) {
  const isPair = key.startsWith('u');
  const input = el('textarea', {
    rows: 1, 'aria-label': t('Message'), placeholder: t('Write a message'), autocomplete: 'off', enterkeyhint: 'send',
  });
  const fault = el('p', { class: 'fault', role: 'alert' });
  const send = el('button', { type: 'submit', class: 'main', 'aria-label': t('Send') },
    sendIcon(), el('span', {}, t('Send')));
  const emoji = emojiPanel((text) => {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
    changed();
    input.focus();
  });
  const file = el('input', {
    type: 'file', accept: 'image/*', multiple: true, hidden: true, tabindex: -1,
    on: { change: () => { pictures.add([...file.files]); file.value = ''; } },
  });
  const pick = tool(pictureIcon(), t('Pictures'), () => file.click());
  const microphone = tool(microphoneIcon(), t('Voice message'), () => voice.begin(), 'speak');
  const anyFile = el('input', {
    type: 'file', multiple: true, hidden: true, tabindex: -1,
    on: { change: () => { take({ pictures: [], others: [...anyFile.files] }); anyFile.value = ''; } },
  });
  const pickFile = isPair ? tool(clipIcon(), t('Files'), () => anyFile.click()) : null;
  /** What is wrong with a voice or a file. */
  let otherFault = '';
  const pictures = tray(key, () => check());
  const voice = recorder({
    speak(seconds, sound) {
      wish('write', { key, kind: 'voice', text: seconds, sound });
      written();
    },
    changed(isRecording) {
      mark(box, 'hidden', isRecording);
      if (!isRecording) focus();
    },
    complain(text) {
      otherFault = text;
      check();
    },
  });
  const closed = el('p', { class: 'note', hidden: true });
  const box = el('div', { class: 'box' },
    emoji.toggle, pick, file, pickFile, isPair ? anyFile : null, input, microphone, send);
  const form = el('form', { class: 'composer', on: { submit: (event) => { event.preventDefault(); submit(); } } },
    emoji.element, fault, pictures.element, voice.element, box);
  const element = el('footer', {}, closed, form);
  let typingAt = 0;
  let draftTimer;

  /** On phones a keyboard would cover what was said. */
  const focus = () => { if (!matchMedia('(pointer: coarse)').matches) input.focus(); };

  input.value = model.conversations.get(key)?.draft ?? '';

  function check() {
    const text = input.value.trim();
    const count = pictures.pictures.length;
    const size = text || count ? sealedSize(text + 'x'.repeat(count * addressSize)) : 0;
    const isTooLong = size > maxSize;
    const share = Math.ceil(size / maxSize * 100);
    write(fault, isTooLong
      ? t('This is too long for one message: {n} % of what one may hold. A file would carry it.', { n: share })
      : pictures.fault || otherFault);
    const isReady = size > 0 && !isTooLong && !pictures.isReading;
    mark(send, 'disabled', !isReady);
    mark(box, 'data-empty', size === 0);
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight + 2, 200)}px`;
    return isReady;
  }

  function submit() {
    if (!check()) return;
    clearTimeout(draftTimer);
    wish('write', { key, text: input.value.trim(), pictures: pictures.pictures });
    input.value = '';
    pictures.empty();
    written();
    typed(false);
    check();
    input.focus();
  }

  /** - found: by `filesIn`. */
  function take({ pictures: found, others }) {
    otherFault = '';
    if (others.length > 0) {
      otherFault = isPair ? sendFiles(Number(key.slice(1)), others) : t('Files go to one person at a time.');
    }
    pictures.add(found);
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
    otherFault = '';
    check();
    if (input.value) typed(true);
    clearTimeout(draftTimer);
    draftTimer = setTimeout(keepDraft, draftAfter);
  }

  const keepDraft = () => {
    if ((model.conversations.get(key)?.draft ?? '') !== input.value) wish('draft', { key, text: input.value });
  };

  input.addEventListener('input', changed);
  input.addEventListener('paste', (event) => {
    const found = filesIn(event.clipboardData);
    if (found.pictures.length + found.others.length === 0) return;
    event.preventDefault();
    take(found);
  });
  input.addEventListener('keydown', (event) => {
    const isPhone = matchMedia('(pointer: coarse)').matches;
    // While a word is put together, Enter belongs to the input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && !isPhone) {
      event.preventDefault();
      submit();
    }
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && emoji.close()) input.focus();
  });
  pictures.begin();

  return {
    element,
    focus() {
      focus();
      check();
    },
    /** What was dropped, by `filesIn`. */
    take(found) { if (!form.hasAttribute('hidden')) take(found); },
    /** - reason: why nothing can be written here; empty: it can. */
    close(reason) {
      write(closed, reason);
      mark(closed, 'hidden', !reason);
      mark(form, 'hidden', Boolean(reason));
    },
    leave() {
      voice.cancel();
      clearTimeout(draftTimer);
      keepDraft();
      typed(false);
    },
  };
}
