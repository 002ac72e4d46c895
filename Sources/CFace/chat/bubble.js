// One message on the screen.

import { avatar } from './avatar.js';
import { oneLine, partsOf } from './content.js';
import { button, el, mark, refill, write } from './dom.js';
import { wish } from './host.js';
import { model, nameOf } from './model.js';
import { showPerson } from './profile.js';
import { say } from './say.js';
import { clock, fullTime } from './times.js';
import { t } from './words.js';

const onlyEmoji = /^[\p{Extended_Pictographic}\u200d\ufe0f\s]+$/u;

/** - key: of the conversation: in a group it is said who speaks. */
export function bubble(key) {
  const face = avatar('small');
  const name = el('span', { class: 'speaker' });
  const body = el('div', { class: 'body' });
  const time = el('time', {});
  let shown = null;
  const look = () => { if (shown) showPerson(shown.from); };
  const who = el('button', { type: 'button', class: 'face', on: { click: look } }, face.element);
  const copy = button('⧉', () => copyText(shown), { class: 'quiet copy', 'aria-label': t('Copy'), title: t('Copy') });
  const element = el('article', { class: 'message' }, who,
    el('div', { class: 'column' }, name, el('div', { class: 'bubble' }, body, time)), copy);
  return {
    element,
    update({ message, isFirst }) {
      const isOwn = message.from === model.state.me;
      mark(element, 'data-own', isOwn);
      mark(element, 'data-first', isFirst);
      face.update(`u${message.from}`, nameOf(message.from));
      mark(who, 'aria-label', nameOf(message.from));
      write(name, key.startsWith('g') && isFirst && !isOwn ? nameOf(message.from) : '');
      if (shown?.text !== message.text || shown?.kind !== message.kind) fill(element, body, message);
      shown = message;
      write(time, clock(message.time));
      mark(time, 'title', fullTime(message.time));
      mark(element, 'aria-label', `${isOwn ? t('You') : nameOf(message.from)}, ${clock(message.time)}`);
    },
  };
}

bubble.spoken = (message) => `${nameOf(message.from)}: ${oneLine(message, t)}`;

/** One that is not acknowledged: it can be tried again, or thrown away, once it has failed. */
export function waitingBubble() {
  const body = el('div', { class: 'body' });
  const state = el('span', { class: 'state' });
  const choices = el('span', { class: 'actions' });
  const element = el('article', { class: 'message', 'data-own': true, 'data-first': true },
    el('div', { class: 'column' }, el('div', { class: 'bubble' }, body, state), choices));
  let shown;
  return {
    element,
    update({ entry }) {
      const hasFailed = entry.state === 'failed';
      mark(element, 'data-failed', hasFailed);
      mark(element, 'aria-label', `${t('You')}, ${hasFailed ? t('Not sent') : t('Sending')}`);
      write(state, hasFailed ? t('Not sent') : '…');
      mark(state, 'title', hasFailed ? t('The server does not take it.') : t('Sending'));
      if (shown?.text !== entry.text) fill(element, body, { kind: 'text', text: entry.text });
      if (shown?.state !== entry.state) {
        refill(choices, hasFailed ? [
          button(t('Try again'), () => wish('retry', { name: entry.key }), { class: 'link' }),
          button(t('Discard'), () => wish('discard', { name: entry.key }), { class: 'link' }),
        ] : []);
      }
      shown = { ...entry };
    },
  };
}

function fill(element, body, message) {
  if (message.kind === 'voice') {
    mark(element, 'data-large', false);
    return refill(body, el('span', { class: 'voice' }, oneLine(message, t)));
  }
  const parts = partsOf(message.text);
  // Emoji by themselves are shown large, as phones do.
  const isMood = parts.length === 1 && parts[0].kind === 'mood';
  const isEmoji = message.text.length <= 24 && onlyEmoji.test(parts.map((part) => part.text).join(''));
  mark(element, 'data-large', isMood || isEmoji);
  refill(body, parts.map(partElement));
}

function partElement({ kind, text, name }) {
  switch (kind) {
    case 'link': return el('a', { href: text, target: '_blank', rel: 'noopener noreferrer' }, text);
    case 'emoji': case 'mood':
      return el('span', { class: 'emoji', role: 'img', 'aria-label': name, title: name }, text);
    case 'picture': return pictureElement(text);
    default: return text;
  }
}

/** Pictures lie where the sender put them; nothing is loaded from there by itself. */
function pictureElement(url) {
  return /^https?:\/\//.test(url)
    ? el('a', { class: 'picture', href: url, target: '_blank', rel: 'noopener noreferrer' }, t('[Picture]'))
    : el('span', {}, t('[Picture]'));
}

async function copyText(message) {
  if (!message) return;
  try {
    await navigator.clipboard.writeText(message.text);
    say(t('Copied.'));
  } catch {
    say(t('This browser does not let pages copy.'));
  }
}
