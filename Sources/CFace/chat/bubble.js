// One message on the screen.

import { avatar } from './avatar.js';
import { callWords } from './call-text.js';
import { oneLine, partsOf } from './content.js';
import { button, el, mark, refill, write } from './dom.js';
import { wish } from './host.js';
import { copyIcon, phoneIcon } from './icons.js';
import { splitAtPictures } from './media.js';
import { model, nameOf } from './model.js';
import { pictureElement } from './picture.js';
import { player } from './player.js';
import { thumbnail } from './prepare.js';
import { uploadFault } from './problems.js';
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
  const copy = button(copyIcon(), () => copyText(shown), {
    class: 'quiet copy', 'aria-label': t('Copy'), title: t('Copy'),
  });
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
      if (shown?.text !== message.text || shown?.kind !== message.kind) fill(element, body, key, message);
      mark(copy, 'hidden', message.kind === 'voice');
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
      if (shown?.text !== entry.text || shown?.pictures.length !== entry.pictures.length) {
        fillWaiting(element, body, entry);
      }
      if (shown?.state !== entry.state || shown?.pictures.length !== entry.pictures.length) {
        refill(choices, choicesFor(entry));
      }
      shown = { ...entry };
    },
  };
}

function fillWaiting(element, body, { key, kind, text, pictures }) {
  if (kind === 'voice') return refill(body, oneLine({ kind, text }, t));
  fill(element, body, '', { id: key, from: model.state.me, kind, text });
  if (pictures.length === 0) return;
  body.append(el('span', { class: 'thumbnails' }, pictures.map(({ blob }) => thumbnail(blob, 96))));
}

/** What can be done with one that waits, and what is wrong with it. */
function choicesFor({ key, state, fault, pictures }) {
  const discard = (text) => button(text, () => wish('discard', { name: key }), { class: 'link' });
  if (state === 'failed') {
    return [
      fault ? el('span', { class: 'fault' }, uploadFault(fault)) : null,
      fault === 'gone' ? null : button(t('Try again'), () => wish('retry', { name: key }), { class: 'link' }),
      discard(t('Discard')),
    ];
  }
  if (pictures.length === 0) return [];
  const bar = el('progress', { max: 1, value: 0, 'data-name': key, 'aria-label': t('Sending') });
  return [bar, discard(t('Cancel'))];
}

/** - key: of the conversation. */
function fill(element, body, key, message) {
  if (message.kind === 'voice') {
    mark(element, 'data-large', false);
    return refill(body, player(`${key}:${message.id}`, message.sound, message.text));
  }
  const parts = partsOf(message.text);
  // Emoji by themselves are shown large, as phones do.
  const isMood = parts.length === 1 && parts[0].kind === 'mood';
  const isEmoji = message.text.length <= 24 && onlyEmoji.test(parts.map((part) => part.text).join(''));
  mark(element, 'data-large', isMood || isEmoji);
  const alternative = t('Picture from {name}', { name: nameOf(message.from) });
  refill(body, parts.map((part) => partElement(part, alternative, message.from === model.state.me)));
}

function partElement({ kind, text, name, call }, alternative, isOwn) {
  switch (kind) {
    case 'call':
      return el('span', { class: 'call-line', 'data-outcome': call.outcome }, phoneIcon(), callWords(call, t, isOwn));
    case 'link': return el('a', { href: text, target: '_blank', rel: 'noopener noreferrer' }, text);
    case 'emoji': case 'mood':
      return el('span', { class: 'emoji', role: 'img', 'aria-label': name, title: name }, text);
    case 'picture': return pictureElement(text, alternative);
    default: return text;
  }
}

async function copyText(message) {
  if (!message) return;
  const pieces = splitAtPictures(message.text).map((piece) => piece.address ?? piece);
  try {
    await navigator.clipboard.writeText(pieces.join('\n'));
    say(t('Copied.'));
  } catch {
    say(t('This browser does not let pages copy.'));
  }
}
