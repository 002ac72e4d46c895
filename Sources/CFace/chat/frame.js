// Behind the door: lists at the side, a conversation beside them. On a small screen one of the two is seen.

import { avatar } from './avatar.js';
import { chats } from './chats.js';
import { button, el, mark, refill, write } from './dom.js';
import { wish } from './host.js';
import { people } from './people.js';
import { listen, model, nameOf } from './model.js';
import { problemText } from './problems.js';
import { showOwnProfile } from './profile.js';
import { talk } from './talk.js';
import { t } from './words.js';

export const keyInAddress = () => /^#([ug]\d+)$/.exec(location.hash)?.[1] ?? null;

/** Opens a conversation; the way back leads to the list. */
export function go(key) {
  if (keyInAddress() !== key) location.hash = key ?? '';
}

export function frame() {
  const lists = { chats: chats(), people: people() };
  const tabs = el('div', { class: 'tabs', role: 'tablist', 'aria-label': t('Lists') });
  const side = el('div', { class: 'list', role: 'tabpanel' });
  let isShown = 'chats';
  const choose = (name) => {
    isShown = name;
    for (const tab of tabs.children) mark(tab, 'aria-selected', String(tab.dataset.name === name));
    refill(side, lists[name].element);
    lists[name].update();
  };
  for (const [name, text] of [['chats', t('Chats')], ['people', t('People')]]) {
    const attributes = { type: 'button', role: 'tab', 'data-name': name, on: { click: () => choose(name) } };
    tabs.append(el('button', attributes, text));
  }
  tabs.addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
    choose(isShown === 'chats' ? 'people' : 'chats');
    tabs.querySelector('[aria-selected="true"]').focus();
  });

  const place = el('main', { class: 'place', id: 'talk', tabindex: -1 });
  const own = ownLine();
  const standing = standingLine();
  const element = el('div', { class: 'chat' },
    el('a', { class: 'skip', href: '#talk', on: { click: (event) => { event.preventDefault(); place.focus(); } } },
      t('To the conversation')),
    el('aside', { class: 'side', 'aria-label': t('Lists') }, own.element, standing.element, tabs, side),
    place);

  let shown = null;
  let before = null;
  const turn = () => {
    const key = keyInAddress();
    shown?.close();
    shown = key ? talk(key) : null;
    refill(place, shown ? shown.element : el('div', { class: 'nobody' },
      el('img', { src: '/chat/icon.svg', alt: '', width: 72, height: 72 }),
      el('p', { class: 'dim' }, t('Choose a conversation, or somebody to talk to.'))));
    mark(element, 'data-open', key);
    for (const list of Object.values(lists)) list.select(key);
    shown?.begin();
    // Keys go on where they were before.
    if (before && !key) (lists[isShown].rowOf(before) ?? tabs.querySelector('[aria-selected="true"]')).focus();
    before = key;
  };
  const kinds = ['state', 'people', 'groups', 'departments', 'online', 'conversations', 'typing', 'files'];
  const stop = listen(kinds, (event) => {
    if (!element.isConnected) return leave();
    own.update();
    standing.update();
    lists[isShown].update(event.is);
    shown?.update(event);
  });
  const timer = setInterval(standing.update, 1000);
  const leave = () => {
    stop();
    clearInterval(timer);
    removeEventListener('hashchange', turn);
    shown?.close();
    for (const dialog of document.querySelectorAll('dialog')) dialog.remove();
  };
  addEventListener('hashchange', turn);
  choose('chats');
  queueMicrotask(() => {
    own.update();
    standing.update();
    turn();
  });
  return element;
}

/** Who one is. */
function ownLine() {
  const face = avatar();
  const name = el('strong', {});
  const sign = el('small', {});
  const element = el('button', { type: 'button', class: 'own', on: { click: () => showOwnProfile() } },
    face.element, el('span', { class: 'lines' }, name, sign));
  return {
    element,
    update() {
      const { me } = model.state;
      const person = model.people.get(me);
      face.update(`u${me}`, nameOf(me), model.state.phase === 'online');
      write(name, person ? nameOf(me) : model.state.name);
      write(sign, person?.sign || (model.state.phase === 'online' ? t('Online') : t('Offline')));
      mark(element, 'aria-label', t('Your profile'));
    },
  };
}

/** How the connection is, if it is not well, and what can be done. */
function standingLine() {
  const text = el('span', {});
  const act = button('', () => wish(model.state.phase === 'displaced' ? 'useHere' : 'hurry'));
  const element = el('div', { class: 'standing', role: 'status', hidden: true }, text, act);
  return {
    element,
    update() {
      const { phase, displaced, until } = model.state;
      const isDisplaced = phase === 'displaced';
      const problem = isDisplaced
        ? displaced === 'phone' ? t('Your phone has signed you out here.') : t('You are signed in elsewhere.')
        : problemText(model.state);
      const isLong = phase === 'waiting' && until - Date.now() > 1500;
      mark(element, 'hidden', !problem);
      mark(element, 'data-tone', isDisplaced ? 'warn' : 'bad');
      write(text, problem);
      write(act, isDisplaced ? t('Use here') : t('Now'));
      mark(act, 'hidden', !isDisplaced && !isLong);
    },
  };
}
