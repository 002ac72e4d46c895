// A notice: a message from one user to all, or to those of a department.

import { post } from './api.js';
import { ask } from './dialog.js';
import { el, refill } from './dom.js';
import { form } from './form.js';
import { departmentChoices, namesLike, userNamed } from './people.js';
import { say } from './say.js';
import { missing } from './table.js';
import { number, t } from './words.js';

export async function noticePage(main) {
  const place = el('div', { class: 'narrow' });
  main.append(el('p', { class: 'dim' }, t('A message to all users, or to those of one department.')), place);
  const departments = await departmentChoices(t('all users')).catch(() => [[0, t('all users')]]);
  refill(place, form([
    { name: 'from', label: t('From user'), required: true, suggest: namesLike },
    { name: 'department', label: t('To'), kind: 'select', value: 0, options: departments },
    { name: 'text', label: t('Text'), kind: 'area', required: true, max: 2000 },
  ], t('Send…'), async ({ from, department, text }) => {
    const user = await userNamed(from);
    const [, name] = departments.find(([id]) => id === Number(department));
    ask(
      t('Send this notice?'), t('{from} writes to: {to}. It cannot be taken back.', { from: user.name, to: name }),
      t('Send'),
      async (values, key) => {
        const body = { from: user.id, text, ...(Number(department) ? { department_id: Number(department) } : {}) };
        const sent = await post('/admin/v1/notices', body, key).catch((refusal) => {
          throw new Error(missing(refusal, t('notices')));
        });
        say(t('Sent to {n} users.', { n: number(sent.users) }));
      },
      { danger: false });
  }).element);
}
