// A notice: a message from one user to all, or to those of a department.

import { post } from './api.js';
import { ask } from './dialog.js';
import { el, refill, write } from './dom.js';
import { form } from './form.js';
import { departmentChoices, namesLike, namesOf, userNamed } from './people.js';
import { say } from './say.js';
import { missing, pagedTable } from './table.js';
import { number, t, time } from './words.js';

export async function noticePage(main) {
  const place = el('div', { class: 'narrow' });
  let departments = [];
  const list = pagedTable(t('Notices'), [
    { title: t('Time'), text: (notice) => time(notice.created_at) },
    { title: t('From user'), make: sender },
    {
      title: t('To'),
      text: ({ department_id: id }) => departments.find(([each]) => each === id)?.[1] ?? id,
    },
    { title: t('Users'), kind: 'num', text: (notice) => number(notice.users) },
    { title: t('State'), text: (notice) => (notice.done_at ? t('sent') : t('being sent')) },
  ], (notice) => notice.id, '/admin/v1/notices', () => ({}), t('No notices so far.'));
  main.append(
    el('p', { class: 'dim lead' }, t('A message to all users, or to those of one department, from one of them.')),
    place,
    el('h2', {}, t('Notices')), list.element);
  departments = await departmentChoices(t('all users')).catch(() => [[0, t('all users')]]);
  list.load();
  refill(place, form([
    { name: 'from', label: t('From user'), required: true, suggest: namesLike },
    { name: 'department', label: t('To'), kind: 'select', value: 0, options: departments },
    { name: 'text', label: t('Text'), kind: 'area', required: true, max: 4000 },
  ], t('Send…'), async ({ from, department, text }) => {
    const user = await userNamed(from);
    const [id, name] = departments.find(([each]) => each === Number(department));
    const body = { from: user.id, text, department_id: id };
    const trial = await post('/admin/v1/notices?dry_run=true', body).catch((refusal) => {
      throw new Error(missing(refusal, t('notices')));
    });
    ask(
      t('Send this notice?'),
      t('{from} writes to {n} users: {to}. It cannot be taken back.', {
        from: user.name, to: name, n: number(trial.users),
      }),
      t('Send'),
      async (values, key) => {
        const sent = await post('/admin/v1/notices', body, key);
        say(t('Goes to {n} users.', { n: number(sent.users) }));
        list.load();
      },
      { danger: false });
  }).element);
}

function sender({ from }) {
  const element = el('span', {}, `${from}`);
  namesOf([from], (nameOf) => write(element, nameOf(from)));
  return element;
}
