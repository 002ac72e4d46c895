// Everybody and one's own groups: groups first, then people by department; or whatever is searched.

import { avatar } from './avatar.js';
import { el, mark, write } from './dom.js';
import { go } from './frame.js';
import { model, nameOf } from './model.js';
import { groupRow, ownGroups } from './own-groups.js';
import { compareNames, matches } from './pinyin.js';
import { showPerson } from './profile.js';
import { rows } from './rows.js';
import { t } from './words.js';

const rowHeight = 52;

export function people() {
  /** Departments whose people are hidden; `groups`: so are the groups. */
  const folded = new Set();
  const search = el('input', {
    type: 'search', placeholder: t('Name, nickname or initials'), 'aria-label': t('Search people'),
    on: { input: () => update() },
  });
  const fold = (id) => {
    if (!folded.delete(id)) folded.add(id);
    update();
  };
  const list = rows({
    keyOf: ({ key }) => key, height: rowHeight, label: t('People'),
    make: ({ person, group }) => (person ? personRow() : group ? groupRow() : foldRow(fold)),
  });
  const empty = el('p', { class: 'note' });
  const element = el('div', { class: 'listing' }, el('div', { class: 'seek' }, search), empty, list.element);

  function update() {
    const wanted = search.value.trim();
    const found = wanted ? [...searched(wanted), ...ownGroups(wanted)]
      : [...groupsOnTop(folded), ...tree(colleagues(), folded)];
    write(empty, found.length > 0 ? '' : wanted ? t('Nothing found.') : t('Nobody is here yet.'));
    list.show(found);
  }

  const rowOf = (key) => list.element.querySelector(`[data-key="${key}"]`);
  return { element, update, rowOf, select() {} };
}

/** Everybody whom one can write to. */
const colleagues = () =>
  [...model.people.values()].filter((person) => !person.hasLeft && person.id !== model.state.me);

/** Whoever is searched, as list items. */
export function searched(wanted) {
  return colleagues().filter((person) => matches(wanted, [nameOf(person.id), person.name, person.domain]))
    .sort((one, other) => compareNames(nameOf(one.id), nameOf(other.id)))
    .map((person) => ({ key: `p${person.id}`, person, depth: 0 }));
}

function groupsOnTop(folded) {
  const groups = ownGroups('');
  if (groups.length === 0) return [];
  const isFolded = folded.has('groups');
  const head = { key: 'groups', id: 'groups', title: t('Groups'), depth: 0, count: groups.length, isFolded };
  return isFolded ? [head] : [head, ...groups];
}

function tree(all, folded) {
  const byDepartment = Map.groupBy ? Map.groupBy(all, (person) => person.department) : grouped(all);
  const departments = [...model.departments.values()].filter((department) => !department.isDeleted);
  const items = [];
  const walk = (parent, depth) => {
    const below = departments.filter((department) => department.parent === parent)
      .sort((one, other) => one.priority - other.priority || compareNames(one.name, other.name));
    for (const department of below) {
      const within = byDepartment.get(department.id) ?? [];
      byDepartment.delete(department.id);
      const isFolded = folded.has(department.id);
      const { id, name } = department;
      items.push({ key: `d${id}`, id, title: name, depth, count: within.length, isFolded });
      if (isFolded) continue;
      addPeople(items, within, depth + 1);
      if (depth < 8) walk(department.id, depth + 1);
    }
  };
  walk(0, 0);
  addPeople(items, [...byDepartment.values()].flat().filter((person) => !folded.has(person.department)), 0);
  return items;
}

function grouped(all) {
  const groups = new Map();
  for (const person of all) groups.set(person.department, [...groups.get(person.department) ?? [], person]);
  return groups;
}

/** Who is online comes first. */
function addPeople(items, list, depth) {
  const isOnline = ({ id }) => Number(model.online.has(id));
  const sorted = [...list].sort((one, other) =>
    isOnline(other) - isOnline(one) || compareNames(nameOf(one.id), nameOf(other.id)));
  for (const person of sorted) items.push({ key: `p${person.id}`, person, depth });
}

function personRow() {
  const face = avatar('small');
  const name = el('strong', {});
  const sign = el('span', { class: 'last' });
  let id = 0;
  const look = (event) => {
    event.preventDefault();
    showPerson(id);
  };
  const link = el('button', {
    type: 'button', class: 'row', on: { click: () => go(`u${id}`), contextmenu: look },
  }, face.element, el('span', { class: 'lines' }, name, sign));
  return {
    element: el('div', { role: 'listitem' }, link),
    update({ person, depth }) {
      id = person.id;
      const isOnline = model.online.has(id);
      face.update(`u${id}`, nameOf(id), isOnline);
      link.dataset.key = `u${id}`;
      mark(link, 'data-depth', Math.min(depth, 4));
      write(name, nameOf(id));
      write(sign, person.sign || (isOnline ? t('Online') : ''));
      mark(link, 'aria-label', `${nameOf(id)}, ${isOnline ? t('Online') : t('Offline')}`);
    },
  };
}

function foldRow(fold) {
  const name = el('span', { class: 'name' });
  const count = el('small', {});
  let id = 0;
  const link = el('button', { type: 'button', class: 'row fold', on: { click: () => fold(id) } }, name, count);
  return {
    element: el('div', { role: 'listitem' }, link),
    update({ id: of, title, depth, count: size, isFolded }) {
      id = of;
      mark(link, 'data-depth', Math.min(depth, 4));
      mark(link, 'aria-expanded', String(!isFolded));
      write(name, title);
      write(count, size || '');
    },
  };
}
