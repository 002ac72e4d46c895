// Users, groups and departments by their names: the API knows them by numbers, people do not.

import { get } from './api.js';
import { t } from './words.js';

/** Names of users that begin so: for boxes that suggest. */
export async function namesLike(text) {
  const prefix = lastWord(text);
  if (!prefix) return [];
  const { items } = await get('/admin/v1/users', { prefix, limit: 8 });
  const before = text.slice(0, text.length - prefix.length);
  return items.map((user) => before + user.name);
}

/** The user of a name, or of a number with # before it: names may consist of digits. */
export async function userNamed(text) {
  const name = text.trim().normalize('NFC');
  const number = /^#(\d+)$/.exec(name);
  if (number) return get(`/admin/v1/users/${number[1]}`);
  let cursor;
  do {
    const page = await get('/admin/v1/users', { prefix: name, limit: 50, cursor });
    const user = page.items.find((item) => item.name === name);
    if (user) return user;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  throw new Error(t('There is no user “{name}”.', { name }));
}

/** Numbers of the users in a list of names. */
export async function usersNamed(text) {
  const found = [];
  const names = text.split(/[,;，；、]+/).map((part) => part.trim()).filter(Boolean);
  for (const name of names) found.push((await userNamed(name)).id);
  return found;
}

/** Names of groups with this in them: for boxes that suggest. */
export async function groupsLike(text) {
  if (!text.trim()) return [];
  const { items } = await get('/admin/v1/groups', { search: text.trim(), limit: 8 });
  return items.map(({ name }) => name);
}

/** The group of a name, or of a number with # before it: several may have one name. */
export async function groupNamed(text) {
  const name = text.trim().normalize('NFC');
  const number = /^#(\d+)$/.exec(name);
  if (number) return get(`/admin/v1/groups/${number[1]}`);
  const found = [];
  let cursor;
  do {
    const page = await get('/admin/v1/groups', { search: name, limit: 50, cursor });
    found.push(...page.items.filter((item) => item.name === name));
    cursor = page.next_cursor ?? undefined;
  } while (cursor && found.length < 2);
  if (!found.length) throw new Error(t('There is no group “{name}”.', { name }));
  if (found.length > 1) {
    throw new Error(t('Several groups are called “{name}”: write which by its number, as {example}.', {
      name, example: `#${found[0].id}`,
    }));
  }
  return found[0];
}

/** - first: what stands for none. Gives pairs for a select. */
export async function departmentChoices(first) {
  const all = [];
  let cursor;
  do {
    const page = await get('/admin/v1/departments', { limit: 200, cursor });
    all.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return [[0, first], ...all.map((department) => [department.id, department.name])];
}

const names = new Map();

/** Names of users by number, for a list of members; those that are gone stay numbers. */
export async function namesOf(ids, show) {
  const missing = ids.filter((id) => !names.has(id));
  // A few at a time: a group may have five hundred.
  for (let start = 0; start < missing.length; start += 6) {
    await Promise.all(missing.slice(start, start + 6).map(async (id) => {
      const user = await get(`/admin/v1/users/${id}`).catch(() => null);
      if (user) names.set(id, user.name);
    }));
    show((id) => names.get(id) ?? `${id}`);
  }
  show((id) => names.get(id) ?? `${id}`);
}

const lastWord = (text) => text.split(/[,;，；、]\s*/).at(-1);
