// One user: what others see, where the user is logged in, and the account.

import { get, patch, post, put, remove } from './api.js';
import { ask, show } from './dialog.js';
import { button, el, refill, write } from './dom.js';
import { form } from './form.js';
import { departmentChoices } from './people.js';
import { say } from './say.js';
import { table } from './table.js';
import { quota } from './user-quota.js';
import { watch } from './watch.js';
import { t, time } from './words.js';

const clients = { 1: 'Windows', 2: 'Mac', 17: 'iOS', 18: 'Android' };

/** - changed: called after every change. */
export async function openUser(id, changed) {
  const { body, heading } = show(t('User {id}', { id }), 'sheet', el('p', { class: 'dim' }, t('Loading …')));
  try {
    const [user, departments] = await Promise.all([
      get(`/admin/v1/users/${id}`), departmentChoices(t('none')),
    ]);
    write(heading, user.name);
    refill(body,
      looks(user, departments, changed), sessions(user), quota(user), password(user), account(user, () => changed()));
  } catch (refusal) {
    refill(body, el('p', { class: 'fault', role: 'alert' }, refusal.message));
  }
}

function looks(user, departments, changed) {
  const { element } = form([
    { name: 'nick', label: t('Nick'), value: user.nick, required: true, max: 64 },
    {
      name: 'department_id', label: t('Department'), kind: 'select', value: user.department_id, options: departments,
    },
  ], t('Save'), async ({ nick, department_id: department }) => {
    await patch(`/admin/v1/users/${user.id}`, { nick, department_id: Number(department) });
    say(t('Saved.'));
    changed();
  });
  const facts = [[t('Number'), user.id], [t('Mail'), user.email], [t('Phone'), user.phone], [t('Sign'), user.sign]];
  return el('section', {},
    el('dl', {}, facts.filter(([, value]) => value !== '').map(([title, value]) =>
      el('div', {}, el('dt', {}, title), el('dd', {}, value)))),
    element);
}

function sessions(user) {
  const note = el('p', { class: 'note', role: 'status' });
  const list = table(t('Sessions'), [
    { title: t('Device'), text: (session) => t(session.device) },
    { title: t('Client'), text: (session) => clients[session.client_type] ?? session.client_type },
    { title: t('Node'), text: (session) => watch.name(session.node) },
    { title: t('Login'), kind: 'num', text: (session) => session.login },
    { title: '', make: (session) => button(t('End…'), () => end(session.device), { class: 'danger' }) },
  ], (session) => `${session.device}.${session.login}`);
  const load = async () => {
    try {
      const { items } = await get(`/admin/v1/users/${user.id}/sessions`);
      list.fill(items);
      list.element.hidden = items.length === 0;
      refill(note, items.length ? null : await lastSeen(user));
    } catch (refusal) {
      refill(note, refusal.message);
    }
  };
  const end = (device) => ask(
    t('End the session?'),
    t('{name} is logged out; the client says that there was another login, as it knows no other word for it.', user),
    t('End the session'),
    async () => {
      await remove(`/admin/v1/users/${user.id}/sessions`, { device });
      say(t('The session ends.'));
      // Nodes hear of it a moment later.
      setTimeout(load, 700);
    });
  load();
  return el('section', {},
    el('h3', {}, t('Sessions'), ' ', button(t('Look again'), load, { class: 'quiet' })), list.element, note);
}

/** Older nodes do not know, and then it goes without saying. */
async function lastSeen(user) {
  const { items } = await get(`/admin/v1/users/${user.id}/logins`).catch(() => ({ items: [] }));
  const last = items.map((login) => t('last login with {device}: {time}', {
    device: clients[login.client_type] ?? login.client_type, time: time(login.at),
  }));
  return [t('Not logged in.'), ...last].join(' · ');
}

function password(user) {
  const { element } = form(
    [{ name: 'password', label: t('New password'), kind: 'password', required: true, max: 256 }], t('Set password'),
    async (values) => {
      await put(`/admin/v1/users/${user.id}/password`, values);
      say(t('The password of “{name}” is set.', user));
    },
    { resets: true });
  return el('section', {}, el('h3', {}, t('Password')), element);
}

function account(user, changed) {
  const text = el('p');
  const place = el('div', { class: 'actions' });
  const fill = () => {
    const isActive = user.state === 'active';
    write(text, isActive
      ? t('The account is active.') : t('The account is disabled: no logins, and clients hide the user.'));
    refill(place, isActive
      ? button(t('Disable…'), disable, { class: 'danger' }) : button(t('Enable'), enable, { class: 'main' }));
  };
  const become = (other) => {
    user.state = other.state;
    fill();
    changed();
  };
  const disable = () => ask(
    t('Disable {name}?', user), t('The sessions end, no more logins, and clients hide the user.'),
    t('Disable'), async (values, key) => {
      become(await post(`/admin/v1/users/${user.id}/disable`, undefined, key));
      say(t('“{name}” is disabled.', user));
    });
  const enable = async () => {
    try {
      become(await post(`/admin/v1/users/${user.id}/enable`));
      say(t('“{name}” is active again.', user));
    } catch (refusal) {
      refill(text, refusal.message);
    }
  };
  fill();
  return el('section', {}, el('h3', {}, t('Account')), text, place);
}
