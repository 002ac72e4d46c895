// Users: who there are, and new ones.

import { post } from './api.js';
import { show } from './dialog.js';
import { button, el, mark, write } from './dom.js';
import { fields, form } from './form.js';
import { departmentChoices } from './people.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { openUser } from './user-sheet.js';
import { t } from './words.js';

export function usersPage(main) {
  const [search] = fields([{ name: 'search', label: t('Name or nick'), kind: 'search' }]);
  let departments = new Map();
  const list = pagedTable(t('Users'), [
    {
      title: t('Name'),
      make: (user) => {
        const link = button(user.name, () => openUser(user.id, list.load), { class: 'link' });
        return { element: link };
      },
    },
    { title: t('Nick'), text: (user) => user.nick },
    {
      title: t('Department'),
      text: (user) => (user.department_id ? departments.get(user.department_id) ?? user.department_id : '–'),
    },
    { title: t('State'), make: state },
    { title: t('Number'), kind: 'num', text: (user) => user.id },
  ], (user) => user.id, '/admin/v1/users', () => ({ search: search.value() }), t('No user has such a name.'));
  let timer;
  search.input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(list.load, 200);
  });
  main.append(
    el('div', { class: 'tools' }, search.element,
      button(t('New user…'), () => make(list.load), { class: 'main', ...needs('write') })),
    list.element);
  list.load();
  departmentChoices('').then((choices) => {
    departments = new Map(choices);
    list.load();
  }, () => {});
}

function state() {
  const element = el('span', { class: 'badge' });
  return {
    element,
    update(user) {
      write(element, t(user.state));
      mark(element, 'data-tone', user.state === 'active' ? 'good' : 'gone');
    },
  };
}

async function make(done) {
  const departments = await departmentChoices(t('none')).catch(() => [[0, t('none')]]);
  const { element } = form([
    { name: 'name', label: t('Name'), required: true, max: 64, hint: t('What the user logs in with.') },
    { name: 'nick', label: t('Nick'), max: 64, hint: t('What others see; the name if empty.') },
    { name: 'password', label: t('Password'), kind: 'password', required: true, max: 256 },
    { name: 'department_id', label: t('Department'), kind: 'select', value: 0, options: departments },
  ], t('Make user'), async ({ name, nick, password, department_id: department }, key) => {
    const user = await post('/admin/v1/users', {
      name, password, department_id: Number(department), ...(nick ? { nick } : {}),
    }, key);
    dialog.close();
    say(t('User “{name}” is made.', { name: user.name }));
    done();
  }, { cancel: () => dialog.close() });
  const dialog = show(t('New user'), 'small', element);
}
