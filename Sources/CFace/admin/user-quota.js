// What one user may store and hand out, in the sheet of that user.

import { get, put } from './api.js';
import { el, refill } from './dom.js';
import { form } from './form.js';
import { say } from './say.js';
import { missing } from './table.js';
import { number, t } from './words.js';

const mebibyte = 1024 * 1024;
const kinds = [['picture_bytes', 'Pictures, MiB'], ['daily_file_bytes', 'Files of a day, MiB']];

export function quota(user) {
  const path = `/admin/v1/users/${user.id}/quota`;
  const place = el('div', {}, el('p', { class: 'dim' }, t('Loading …')));
  const show = (now) => refill(place, form(kinds.map(([name, label]) => field(now, name, t(label))), t('Save'),
    async (values) => {
      show(await put(path, Object.fromEntries(kinds.map(([name]) => [name, inBytes(values[name])]))));
      say(t('Saved.'));
    }).element);
  get(path).then(show, (refusal) => refill(place, el('p', { class: 'note' }, missing(refusal, t('quotas')))));
  return el('section', {}, el('h3', {}, t('Quota')), place);
}

function field(now, name, label) {
  const own = now[name];
  const everybody = now[`${name}_of_everybody`];
  const used = t('{n} MiB used.', { n: number(now[`${name}_used`] / mebibyte) });
  const empty = everybody === null ? '' : t('Empty: {n}, as everybody.', { n: number(everybody / mebibyte) });
  return {
    name, label, kind: 'number', min: 0, step: 'any', value: own === null ? '' : own / mebibyte,
    example: everybody === null ? null : String(everybody / mebibyte), hint: `${used} ${empty}`,
  };
}

const inBytes = (value) => (value === undefined ? null : Math.round(value * mebibyte));
