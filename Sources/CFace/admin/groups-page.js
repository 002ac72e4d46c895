// Groups: which there are, new ones, and who is in them.

import { get, patch, post, remove } from './api.js';
import { ask, show } from './dialog.js';
import { button, el, keep, refill, write } from './dom.js';
import { fields, form } from './form.js';
import { namesLike, namesOf, userNamed, usersNamed } from './people.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { number, t } from './words.js';

export function groupsPage(main) {
  const [search] = fields([{ name: 'search', label: t('Name'), kind: 'search' }]);
  const list = pagedTable(t('Groups'), [
    { title: t('Name'), make: (group) => link(group, list.load) },
    { title: t('Type'), text: (group) => t(group.type) },
    { title: t('Creator'), text: (group) => group.creator ?? '–' },
    { title: t('Members'), kind: 'num', text: (group) => number(group.member_count) },
    { title: t('Number'), kind: 'num', text: (group) => group.id },
  ], (group) => group.id, '/admin/v1/groups', () => ({ search: search.value() }));
  let timer;
  search.input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(list.load, 200);
  });
  main.append(
    el('div', { class: 'tools' }, search.element,
      button(t('New group…'), () => make(list.load), { class: 'main', ...needs('write') })),
    list.element);
  list.load();
}

function link(group, changed) {
  const element = button(group.name, () => openGroup(group.id, changed), { class: 'link' });
  return { element, update: ({ name }) => write(element, name) };
}

function make(done) {
  const { element } = form([
    { name: 'name', label: t('Name'), required: true, max: 256 },
    {
      name: 'creator', label: t('Creator'), required: true, suggest: namesLike,
      hint: t('A user, who may change the members.'),
    },
    {
      name: 'members', label: t('Members'), required: true, suggest: namesLike, hint: t('Names of users, with commas.'),
    },
    {
      name: 'type', label: t('Type'), kind: 'select', value: 'normal',
      options: [['normal', t('normal')], ['temporary', t('temporary')]],
    },
  ], t('Make group'), async ({ name, creator, members, type }, key) => {
    const group = await post('/admin/v1/groups', {
      name, type, creator_id: (await userNamed(creator)).id, member_ids: await usersNamed(members),
    }, key);
    dialog.close();
    say(t('Group “{name}” is made.', group));
    done();
  }, { cancel: () => dialog.close() });
  const dialog = show(t('New group'), 'small', element);
}

async function openGroup(id, changed) {
  const window = show(t('Group {id}', { id }), 'sheet', el('p', { class: 'dim' }, t('Loading …')));
  const list = el('ul', { class: 'people', 'aria-label': t('Members') });
  const count = el('span', { class: 'dim' });
  const fill = (group) => {
    write(window.heading, group.name);
    write(count, number(group.members.length));
    namesOf(group.members, (nameOf) => {
      // Who leads the group has other buttons.
      const key = (user) => `${user} ${user === group.creator_id}`;
      keep(list, group.members, key, (user) => member(group, user, (text) => {
        write(text, nameOf(user));
      }, take));
    });
  };
  const take = (group) => {
    fill(group);
    changed();
  };
  try {
    const group = await get(`/admin/v1/groups/${id}`);
    refill(window.body,
      naming(group, take),
      el('section', {}, el('h3', {}, t('Members'), ' ', count), list, adding(group, take)),
      el('section', {}, el('h3', {}, t('End')),
        el('div', { class: 'actions' },
          button(t('Dissolve…'), () => dissolve(group, window, changed), { class: 'danger' }))));
    fill(group);
  } catch (refusal) {
    refill(window.body, el('p', { class: 'fault', role: 'alert' }, refusal.message));
  }
}

function naming(group, take) {
  return el('section', {}, form(
    [{ name: 'name', label: t('Name'), value: group.name, required: true, max: 256 }], t('Rename'),
    async (values) => {
      take(await patch(`/admin/v1/groups/${group.id}`, values));
      say(t('Saved.'));
    }).element);
}

function adding(group, take) {
  return form(
    [{
      name: 'names', label: t('More members'), required: true, suggest: namesLike,
      hint: t('Names of users, with commas.'),
    }],
    t('Add'),
    async ({ names }, key) => {
      take(await post(`/admin/v1/groups/${group.id}/members`, { user_ids: await usersNamed(names) }, key));
      say(t('Added.'));
    },
    { resets: true }).element;
}

function member(group, user, name, take) {
  const text = el('span', {}, `${user}`);
  const lead = user === group.creator_id
    ? el('span', { class: 'dim' }, t('creator'))
    : button('★', () => ask(
      t('Hand over to {name}?', { name: text.textContent }),
      t('Who leads the group may change its members.'), t('Hand over'), async () => {
        take(await patch(`/admin/v1/groups/${group.id}`, { creator_id: user }));
        say(t('Handed over.'));
      }, { danger: false }), { class: 'quiet', title: t('Hand over'), 'aria-label': t('Hand over') });
  const out = button('×', () => ask(
      t('Remove {name}?', { name: text.textContent }), t('Members see it at once.'), t('Remove'), async () => {
        take(await remove(`/admin/v1/groups/${group.id}/members/${user}`));
        say(t('Removed.'));
      }), { class: 'quiet', 'aria-label': t('Remove') });
  return { element: el('li', {}, text, lead, out), update: () => name(text) };
}

function dissolve(group, window, changed) {
  ask(
    t('Dissolve “{name}”?', group),
    t('Everybody leaves, and nobody can write to it any more. What was said stays.'),
    t('Dissolve'), async () => {
      await remove(`/admin/v1/groups/${group.id}`);
      window.close();
      say(t('Group “{name}” is dissolved.', group));
      changed();
    });
}
