// One bot: its tokens, the groups that others write to through it, and its end.

import { get, post, remove } from './api.js';
import { ask, show } from './dialog.js';
import { button, el, refill } from './dom.js';
import { groupNamed, groupsLike } from './people.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { showSecret } from './secret.js';
import { table } from './table.js';
import { t, time } from './words.js';

/** - changed: called after every change of the bot itself. */
export function openBot(bot, changed) {
  const window = show(bot.name, 'sheet broad');
  const list = tokens(bot);
  if (bot.state !== 'active') {
    refill(window.body,
      el('p', {}, t('The bot is disabled: nobody can speak for it. The page “Users” can enable it again.')),
      list.element);
    return;
  }
  refill(window.body,
    el('section', {}, el('h3', {}, t('Tokens')), list.element,
      el('div', { class: 'actions' },
        button(t('New token…'), () => makeToken(bot, list.load), { class: 'main', ...needs('write') }),
        button(t('New webhook…'), () => makeWebhook(bot, list.load), needs('write')))),
    el('section', {}, el('h3', {}, t('End')),
      el('div', { class: 'actions' },
        button(t('Remove bot…'), () => drop(bot, window, changed), { class: 'danger', ...needs('write') }))));
}

function tokens(bot) {
  const note = el('p', { class: 'note', role: 'status' }, t('Loading …'));
  const names = new Map();
  const rights = ({ group_id: group }) => (group === null
    ? t('all that a user may') : t('writes to {group}', { group: names.get(group) ?? `#${group}` }));
  const list = table(t('Tokens'), [
    { title: t('Name'), text: (token) => token.name },
    { title: t('May'), text: rights },
    { title: t('Made'), text: (token) => time(token.created_at) },
    { title: t('Last used'), text: (token) => (token.last_used_at ? time(token.last_used_at) : t('never')) },
    {
      title: '', kind: 'acts',
      make: (token) => (token.revoked_at === null
        ? el('span', { class: 'actions' },
          button(t('Rotate…'), () => rotate(bot, token, load), needs('write')),
          button(t('Revoke…'), () => revoke(bot, token, load), { class: 'danger', ...needs('write') }))
        : el('span', { class: 'dim' }, t('revoked {time}', { time: time(token.revoked_at) }))),
    },
  ], ({ name, revoked_at: revoked }) => `${name} ${revoked}`);
  const load = async () => {
    try {
      const { items } = await get(`/admin/v1/bots/${bot.id}/tokens`);
      const groups = [...new Set(items.map((token) => token.group_id))].filter((group) => group && !names.has(group));
      await Promise.all(groups.map(async (group) => {
        const found = await get(`/admin/v1/groups/${group}`).catch(() => null);
        if (found) names.set(group, found.name);
      }));
      list.fill(items.map((token) => ({ ...token, rowClass: token.revoked_at ? 'dim' : null })));
      refill(note, items.length ? null : t('It has no token yet: nobody can speak for it.'));
    } catch (refusal) {
      refill(note, refusal.message);
    }
  };
  load();
  return { element: el('div', {}, list.element, note), load };
}

function makeToken(bot, done) {
  const dialog = ask(
    t('New token'), t('Who has it may write and read as the bot.'), t('Make token'), async ({ name }) => {
      const made = await post(`/admin/v1/bots/${bot.id}/tokens`, { name }, null);
      dialog.close();
      done();
      showToken(t('Token {name}', made), made);
    },
    { danger: false, descriptions: [{ name: 'name', label: t('Name'), required: true, max: 64, hint: nameHint() }] });
}

function makeWebhook(bot, done) {
  const dialog = ask(
    t('New webhook'), t('An address: who knows it may write to one group, in the name of the bot, and nothing else.'),
    t('Make webhook'), async ({ name, group }) => {
      const { id } = await groupNamed(group);
      const made = await post(`/admin/v1/bots/${bot.id}/tokens`, { name, group_id: id }, null);
      dialog.close();
      done();
      showToken(t('Webhook {name}', made), made);
    },
    {
      danger: false,
      descriptions: [
        { name: 'name', label: t('Name'), required: true, max: 64, hint: nameHint() },
        {
          name: 'group', label: t('Group'), required: true, suggest: groupsLike,
          hint: t('The bot must be a member of it.'),
        },
      ],
    });
}

const nameHint = () => t('Small letters, digits, - and _.');

/** That of a webhook is part of an address, which is shown whole. */
async function showToken(title, { token, group_id: group }) {
  if (group === null) {
    return showSecret(title, token, t('Programs show it with each request:'), `Authorization: Bearer ${token}`);
  }
  const { url } = await get('/admin/v1/address').catch(() => ({ url: '/' }));
  const address = `${url}bot/v1/hooks/${token}`;
  const command = `curl -H 'Content-Type: application/json' -d '{"text": "…"}' ${address}`;
  return showSecret(title, address, t('Whoever knows this address may write to the group:'), command);
}

function rotate(bot, token, done) {
  const dialog = ask(
    t('A new token in the place of “{name}”?', token), t('The old one is worthless within seconds.'), t('Rotate'),
    async () => {
      const made = await post(`/admin/v1/bots/${bot.id}/tokens/${token.name}/rotate`, undefined, null);
      dialog.close();
      done();
      showToken(t('Token {name}', made), made);
    });
}

function revoke(bot, token, done) {
  ask(
    t('Revoke “{name}”?', token), t('It is worthless within seconds, and its name is not free again.'), t('Revoke'),
    async () => {
      await remove(`/admin/v1/bots/${bot.id}/tokens/${token.name}`);
      say(t('“{name}” is revoked.', token));
      done();
    });
}

function drop(bot, window, changed) {
  ask(
    t('Remove {name}?', bot), t('Its tokens end for good, and clients hide it. What it wrote stays.'), t('Remove'),
    async () => {
      await remove(`/admin/v1/bots/${bot.id}`);
      window.close();
      say(t('“{name}” is disabled.', bot));
      changed();
    });
}
