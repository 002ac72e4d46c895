// Groups: making one, who is in it, leaving it, not being disturbed by it.

import { avatar } from './avatar.js';
import { ask, show } from './dialog.js';
import { button, el, mark, refill, write } from './dom.js';
import { go } from './frame.js';
import { request, wish } from './host.js';
import { model, nameOf, titleOf } from './model.js';
import { GroupModifyType, GroupType } from './messages.js';
import { compareNames, matches } from './pinyin.js';
import { hideButton, showPerson } from './profile.js';
import { t } from './words.js';

const shownAtOnce = 50;

const outButton = (id, action) =>
  button('×', action, { class: 'quiet', 'aria-label': t('Take {name} out', { name: nameOf(id) }) });

/** Chooses people by searching; `chosen` is a set of their numbers. */
function picker(without = []) {
  const chosen = new Set();
  const search = el('input', {
    type: 'search', placeholder: t('Name, nickname or initials'), 'aria-label': t('Search people'),
    on: { input: () => draw() },
  });
  const tags = el('ul', { class: 'people' });
  const found = el('ul', { class: 'choices' });
  const element = el('div', { class: 'picker' }, tags, search, found);
  const turn = (id) => {
    if (!chosen.delete(id)) chosen.add(id);
    search.value = '';
    draw();
    // The button that was pressed is gone: keys go on with the next name.
    if (!matchMedia('(pointer: coarse)').matches) search.focus();
  };
  function draw() {
    refill(tags, [...chosen].map((id) =>
      el('li', {}, el('span', { class: 'name' }, nameOf(id)), outButton(id, () => turn(id)))));
    const wanted = search.value.trim();
    const isFree = ({ id, hasLeft }) => !hasLeft && id !== model.state.me && !without.includes(id) && !chosen.has(id);
    const people = [...model.people.values()].filter(isFree)
      .filter((person) => !wanted || matches(wanted, [nameOf(person.id), person.name, person.domain]))
      .sort((one, other) => compareNames(nameOf(one.id), nameOf(other.id)));
    const more = people.length - shownAtOnce;
    refill(found, people.slice(0, shownAtOnce).map((person) => {
      const face = avatar('small');
      face.update(`u${person.id}`, nameOf(person.id), model.online.has(person.id));
      const choose = { type: 'button', class: 'row', on: { click: () => turn(person.id) } };
      return el('li', {}, el('button', choose, face.element, el('span', { class: 'name' }, nameOf(person.id))));
    }), more > 0 ? el('li', { class: 'note' }, t('{n} more: search.', { n: more })) : null);
  }
  draw();
  return { element, chosen };
}

function checked(answer) {
  if (!answer) throw new Error(t('The server does not answer. Look whether it was done before trying again.'));
  if (answer.resultCode !== 0) throw new Error(t('The server does not take it.'));
  return answer;
}

/** A form with a way to choose people. */
function choosing(title, action, pick, send, first = []) {
  const fault = el('p', { class: 'fault', role: 'alert' });
  const act = button(action, async () => {
    mark(act, 'disabled', true);
    refill(fault);
    try {
      await send();
      dialog.close();
    } catch (refusal) {
      refill(fault, refusal.message);
    }
    mark(act, 'disabled', false);
  }, { class: 'main' });
  const dialog = show(title, 'sheet', ...first, pick.element, el('div', { class: 'done' }, fault, act));
  if (!matchMedia('(pointer: coarse)').matches) dialog.body.querySelector('input').focus();
}

export function showNewGroup() {
  const pick = picker();
  const name = el('input', { id: 'group-name', maxlength: 60 });
  choosing(t('New group'), t('Make the group'), pick, async () => {
    if (pick.chosen.size === 0) throw new Error(t('Choose somebody.'));
    const members = [model.state.me, ...pick.chosen];
    const groupName = name.value.trim() || members.map(nameOf).slice(0, 4).join(t(', ')).slice(0, 60);
    const answer = checked(await request('groupCreateReq', {
      groupType: GroupType.tmp, groupName, groupAvatar: '', memberIDList: members,
    }));
    wish('groups', { ids: [answer.groupID] });
    go(`g${answer.groupID}`);
  }, [el('div', { class: 'field' }, el('label', { for: 'group-name' }, t('Name of the group')), name)]);
}

export function showGroup(id) {
  const group = model.groups.get(id);
  if (!group) {
    const key = `g${id}`;
    const unknown = show(titleOf(key), 'sheet', el('div', { class: 'actions' },
      hideButton(key, () => unknown.close()) ?? el('p', { class: 'dim' }, t('Nothing is known of this group.'))));
    return unknown;
  }
  const { me } = model.state;
  const change = async (type, members) => {
    checked(await request('groupChangeMemberReq', { changeType: type, groupID: id, memberIDList: members }));
    wish('groups', { ids: [id] });
  };
  const fault = el('p', { class: 'fault', role: 'alert' });
  const mute = el('input', { type: 'checkbox', id: 'group-mute', checked: group.isMuted });
  mute.addEventListener('change', async () => {
    const answer = await request('groupShieldReq', { groupID: id, shieldStatus: mute.checked ? 1 : 0 });
    const isDone = answer?.resultCode === 0;
    if (isDone) wish('groups', { ids: [id] });
    else mute.checked = !mute.checked;
    write(fault, isDone ? '' : t('The server does not take it.'));
  });
  const leave = () => {
    const text = t('You get nothing more from “{title}”.', { title: group.name });
    ask(t('Leave the group'), text, t('Leave'), async () => {
      await change(GroupModifyType.del, [me]);
      dialog.close();
      go(null);
    });
  };
  const add = () => {
    dialog.close();
    const pick = picker(group.members);
    choosing(t('Add people'), t('Add'), pick, async () => {
      if (pick.chosen.size === 0) throw new Error(t('Choose somebody.'));
      await change(GroupModifyType.add, [...pick.chosen]);
    });
  };
  // What is done stands above: a list of 500 would hide it.
  const dialog = show(group.name, 'sheet',
    el('label', { class: 'check', for: 'group-mute' }, mute, t('Do not disturb me')), fault,
    el('div', { class: 'actions' },
      group.isFixed && group.creator !== me ? null : button(t('Add people'), add),
      hideButton(`g${id}`, () => dialog.close()),
      button(t('Leave the group'), leave, { class: 'danger' })),
    memberList(group, (member) => change(GroupModifyType.del, [member])));
}

/** Who is in it: the creator first, then by name. - takeOut: asks the server for it. */
function memberList(group, takeOut) {
  const { me } = model.state;
  const heading = el('h3', {});
  const count = (size) => write(heading, t('{n} members', { n: size }));
  const isCreator = (member) => Number(member === group.creator);
  const sorted = [...group.members].sort((one, other) =>
    isCreator(other) - isCreator(one) || compareNames(nameOf(one), nameOf(other)));
  const list = el('ul', { class: 'choices' }, sorted.map((member) => {
    const face = avatar('small');
    face.update(`u${member}`, nameOf(member), model.online.has(member));
    const asked = () => ask(t('Take out of the group'), nameOf(member), t('Take out'), async () => {
      await takeOut(member);
      line.remove();
      count(list.children.length);
    });
    const line = el('li', {},
      el('button', { type: 'button', class: 'row', on: { click: () => showPerson(member) } }, face.element,
        el('span', { class: 'name' }, nameOf(member)),
        member === group.creator ? el('small', { class: 'dim' }, t('Creator')) : null),
      group.creator === me && member !== me ? outButton(member, asked) : null);
    return line;
  }));
  count(group.members.length);
  return el('section', {}, heading, list);
}
