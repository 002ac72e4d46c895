// Files between this user and somebody: those on their way, and those that wait to be saved.

import { button, el, keep, mark, refill, write } from './dom.js';
import { show } from './dialog.js';
import { request, wish } from './host.js';
import { fileIcon } from './icons.js';
import { listen, model, nameOf } from './model.js';
import { fileFault } from './problems.js';
import { say } from './say.js';
import { sizeText } from './size.js';
import { dateText } from './times.js';
import { t } from './words.js';

/** Sends files to a person. Gives what is wrong, in words; empty: nothing is. */
export function sendFiles(to, files) {
  const { limits } = model.files;
  if (!limits) return t('This server takes no files.');
  const isTooLong = ({ name }) => new TextEncoder().encode(name).length > limits.name;
  const large = files.find(({ size }) => size > limits.size);
  const long = files.find(isTooLong);
  if (large) return t('“{name}” has {size}: a file may have {limit} at most.', {
    name: large.name, size: sizeText(large.size), limit: sizeText(limits.size),
  });
  if (long) return t('The name of a file may have {n} bytes at most: give “{name}” a shorter one.', {
    name: `${long.name.slice(0, 24)}…`, n: limits.name,
  });
  for (const file of files) wish('sendFile', { to, file, name: file.name });
  return '';
}

/** Above the box to write in: the files of a conversation with somebody. */
export function filesWith(number) {
  const list = el('ul', { class: 'files', 'aria-label': t('Files'), hidden: true });
  const update = () => {
    const { own, waiting } = model.files;
    const cards = [
      ...waiting.filter(({ from }) => from === number).map((file) => ({ key: `w${file.task}`, file })),
      ...own.filter(({ to }) => to === number).map((entry) => ({ key: `o${entry.key}`, entry })),
    ];
    mark(list, 'hidden', cards.length === 0);
    keep(list, cards, ({ key }) => key, ({ file }) => (file ? waitingCard(false) : ownCard()));
  };
  const stops = [
    listen(['files'], update),
    listen(['carrying'], ({ key, done }) => {
      const bar = list.querySelector(`progress[data-key="${key}"]`);
      if (!bar) return;
      bar.value = done;
      write(bar.nextElementSibling, progressText(done, bar.max));
    }),
  ];
  return { element: list, update, close: () => stops.forEach((stop) => stop()) };
}

/** In the list of conversations: how many files wait, of whomever. */
export function waitingLine() {
  const element = button('', showWaiting, { class: 'files-waiting', hidden: true });
  const update = () => {
    const { length } = model.files.waiting;
    mark(element, 'hidden', length === 0);
    refill(element, fileIcon(), t('Files for you: {n}', { n: length }));
  };
  return { element, update };
}

function showWaiting() {
  const list = el('ul', { class: 'files' });
  const empty = el('p', { class: 'note' });
  const dialog = show(t('Files for you'), 'small', list, empty);
  const update = () => {
    const { waiting } = model.files;
    write(empty, waiting.length ? '' : t('Nothing waits.'));
    keep(list, waiting.map((file) => ({ key: file.task, file })), ({ key }) => key, () => waitingCard(true));
  };
  const stop = listen(['files'], update);
  dialog.element.addEventListener('close', stop);
  update();
}

const progressText = (done, size) => (done >= size && size > 0 ? t('Being stored …')
  : t('{done} of {size}', { done: sizeText(done), size: sizeText(size) }));

function card(...content) {
  const name = el('strong', {});
  const note = el('small', {});
  const place = el('span', { class: 'actions' });
  const element = el('li', {}, fileIcon(), el('span', { class: 'lines' }, name, ...content, note), place);
  return { name, note, place, element };
}

function ownCard() {
  const bar = el('progress', { 'aria-label': t('Sending') });
  const share = el('small', {});
  const made = card(el('span', { class: 'way' }, bar, share));
  let shown = '';
  return {
    element: made.element,
    update({ entry }) {
      const { key, name, size, state, fault } = entry;
      write(made.name, name);
      mark(made.name, 'title', name);
      const isOnItsWay = state === 'carried';
      mark(bar.parentElement, 'hidden', !isOnItsWay);
      mark(bar, 'data-key', key);
      bar.max = Math.max(1, size);
      mark(made.note, 'class', state === 'failed' ? 'fault' : null);
      if (shown === `${state} ${fault}`) return;
      shown = `${state} ${fault}`;
      bar.value = 0;
      write(share, progressText(0, size));
      write(made.note, isOnItsWay ? '' : ownNote(entry));
      refill(made.place, ownChoices(entry));
    },
  };
}

function ownNote({ to, size, state, fault, until }) {
  switch (state) {
    case 'waiting': return `${sizeText(size)} · ${t('Waits for its turn')}`;
    case 'paused': return `${sizeText(size)} · ${t('Paused')}`;
    case 'failed': return fileFault(fault);
    default: return t('{size} · {name} can save it until {date}.', {
      size: sizeText(size), name: nameOf(to), date: dateText(until),
    });
  }
}

function ownChoices({ key, name, state, fault }) {
  const choice = (text, action) => button(text, action, { class: 'link', 'aria-label': `${text}: ${name}` });
  const cancel = choice(t('Cancel'), () => wish('dropFile', { key }));
  switch (state) {
    case 'waiting': case 'carried': return [choice(t('Pause'), () => wish('pauseFile', { key })), cancel];
    case 'paused': return [choice(t('Go on'), () => wish('resumeFile', { key })), cancel];
    case 'failed':
      return [
        fault === 'unread' ? again(key, name) : choice(t('Try again'), () => wish('resumeFile', { key })), cancel,
      ];
    default: return [choice(t('Done'), () => wish('dropFile', { key }))];
  }
}

/** Pages may not read a file again by themselves. */
function again(key, name) {
  const input = el('input', {
    type: 'file', hidden: true, tabindex: -1,
    on: { change: () => {
      const [file] = input.files;
      if (file && file.name !== name) say(t('This is another file.'));
      else if (file) wish('showFile', { key, file, name: file.name });
    } },
  });
  return [button(t('Choose it again'), () => input.click(), { class: 'link' }), input];
}

/** - isOfAll: it says of whom it is. */
function waitingCard(isOfAll) {
  const made = card();
  let shown;
  const choice = (text, action) => button(text, action, { class: 'link', 'aria-label': `${text}: ${shown.name}` });
  return {
    element: made.element,
    update({ file }) {
      if (shown?.task === file.task) return;
      shown = file;
      write(made.name, file.name);
      mark(made.name, 'title', file.name);
      const size = sizeText(file.size);
      const until = t('until {date}', { date: dateText(file.until) });
      write(made.note, isOfAll ? `${nameOf(file.from)} · ${size} · ${until}` : `${size} · ${until}`);
      refill(made.place, choice(t('Save'), () => save(shown)),
        choice(t('Delete'), () => wish('removeFile', { task: shown.task })));
    },
  };
}

/** The browser saves it, shows how far it is, and goes on after a break. */
async function save({ task }) {
  const answer = await request('fileAccessReq', { taskID: task });
  if (!answer) return say(t('The server does not answer.'));
  if (!answer.token) {
    wish('filesAgain');
    return say(t('This file is not there any more: it was taken back, or its time is over.'));
  }
  const link = el('a', { href: `/files/${task}?token=${answer.token}`, download: '' });
  link.click();
}
