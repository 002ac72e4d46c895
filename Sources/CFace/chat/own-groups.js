// The groups that one is in, also those in which nothing was said yet.

import { avatar } from './avatar.js';
import { el, mark, write } from './dom.js';
import { go } from './frame.js';
import { model } from './model.js';
import { compareNames, matches } from './pinyin.js';
import { t } from './words.js';

/** As list items. - wanted: what is searched; empty: all. */
export function ownGroups(wanted) {
  return [...model.groups.values()]
    .filter(({ name, members }) => members.includes(model.state.me) && (!wanted || matches(wanted, [name])))
    .sort((one, other) => compareNames(one.name, other.name))
    .map((group) => ({ key: `g${group.id}`, group, depth: wanted ? 0 : 1 }));
}

export function groupRow() {
  const face = avatar('small');
  const name = el('strong', {});
  const size = el('span', { class: 'last' });
  let id = 0;
  const link = el('button', { type: 'button', class: 'row', on: { click: () => go(`g${id}`) } },
    face.element, el('span', { class: 'lines' }, name, size));
  return {
    element: el('div', { role: 'listitem' }, link),
    update({ group, depth }) {
      id = group.id;
      link.dataset.key = `g${id}`;
      face.update(`g${id}`, group.name);
      mark(link, 'data-depth', depth);
      write(name, group.name);
      write(size, t('{n} members', { n: group.members.length }));
    },
  };
}
