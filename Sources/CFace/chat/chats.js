// The list of conversations, the newest first.

import { avatar } from './avatar.js';
import { showCalls } from './call-list.js';
import { oneLine } from './content.js';
import { el, mark, write } from './dom.js';
import { waitingLine } from './files.js';
import { go } from './frame.js';
import { showGroup, showNewGroup } from './group.js';
import { newGroupIcon, phoneIcon, tool } from './icons.js';
import { isMuted, isTyping, listed, model, nameOf, titleOf } from './model.js';
import { ownGroups } from './own-groups.js';
import { searched } from './people.js';
import { matches } from './pinyin.js';
import { departmentOf, showPerson } from './profile.js';
import { rows } from './rows.js';
import { shortTime } from './times.js';
import { t } from './words.js';

const rowHeight = 64;

export function chats() {
  let selected = null;
  const search = el('input', {
    type: 'search', placeholder: t('Search'), 'aria-label': t('Search conversations'), on: { input: () => update() },
  });
  const list = rows({
    keyOf: (summary) => summary.key, height: rowHeight, label: t('Conversations'), make: () => row(() => selected),
  });
  const files = waitingLine();
  const empty = el('p', { class: 'note' });
  const element = el('div', { class: 'listing' },
    el('div', { class: 'seek' }, search,
      tool(newGroupIcon(), t('New group'), () => showNewGroup()), tool(phoneIcon(), t('Calls'), () => showCalls())),
    files.element, empty, list.element);

  function update() {
    files.update();
    const wanted = search.value.trim();
    const found = wanted ? searchedFor(wanted) : listed();
    const reason = wanted ? t('Nothing found.') : t('No conversations yet. Choose somebody in People.');
    write(empty, found.length > 0 ? '' : reason);
    list.show(found);
  }

  return {
    element,
    update,
    rowOf: (key) => list.element.querySelector(`[data-key="${key}"]`),
    select(key) {
      selected = key;
      update();
    },
  };
}

/** Conversations of the list, then whoever else could be meant: also who never said anything. */
function searchedFor(wanted) {
  const found = listed().filter(({ key }) => matches(wanted, [titleOf(key)]));
  const known = new Set(found.map(({ key }) => key));
  const others = [...searched(wanted).map(({ person }) => `u${person.id}`),
    ...ownGroups(wanted).map(({ key }) => key)];
  const silent = { latest: null, unread: 0, draft: '', time: 0 };
  return [...found, ...others.filter((key) => !known.has(key))
    .map((key) => model.conversations.get(key) ?? { key, ...silent })];
}

function row(selected) {
  const face = avatar();
  const title = el('strong', {});
  const time = el('time', {});
  const last = el('span', { class: 'last' });
  const badge = el('span', { class: 'count' });
  const look = (event) => {
    event.preventDefault();
    const { key } = link.dataset;
    (key.startsWith('u') ? showPerson : showGroup)(Number(key.slice(1)));
  };
  const on = { click: () => go(link.dataset.key), contextmenu: look };
  const link = el('button', { type: 'button', class: 'row', on },
    face.element,
    el('span', { class: 'lines' },
      el('span', { class: 'line' }, title, time),
      el('span', { class: 'line' }, last, badge)));
  const element = el('div', { role: 'listitem' }, link);
  return {
    element,
    update({ key, latest, unread, draft, time: at }) {
      const number = Number(key.slice(1));
      const isPair = key.startsWith('u');
      face.update(key, titleOf(key), isPair && model.online.has(number));
      link.dataset.key = key;
      mark(link, 'aria-current', selected() === key);
      write(title, titleOf(key));
      write(time, shortTime(at));
      const isDraft = Boolean(draft) && selected() !== key;
      mark(last, 'data-draft', isDraft);
      if (isPair && isTyping(number)) write(last, t('is writing …'));
      else if (isDraft) write(last, `${t('Draft:')} ${draft}`);
      else write(last, latest ? lineOf(isPair, latest) : placeOf(isPair, number));
      write(badge, unread > 999 ? '999+' : unread || '');
      mark(badge, 'data-muted', isMuted(key));
      mark(badge, 'aria-label', unread ? t('{n} unread', { n: unread }) : null);
    },
  };
}

/** What tells somebody from others of the same name, as long as nothing was said. */
function placeOf(isPair, number) {
  const person = isPair && model.people.get(number);
  return person ? departmentOf(person) : '';
}

function lineOf(isPair, latest) {
  const isOwn = latest.from === model.state.me;
  const text = oneLine(latest, t, isOwn);
  if (isOwn) return `${t('You:')} ${text}`;
  return isPair ? text : `${nameOf(latest.from)}: ${text}`;
}
