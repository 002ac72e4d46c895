// Users and departments by their names: the API knows them by numbers, people do not.

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
