// What clients show on their discovery page.

import { patch, post, remove } from './api.js';
import { ask } from './dialog.js';
import { button, el } from './dom.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { t } from './words.js';

export function discoveryPage(main) {
  const list = pagedTable(t('Discovery'), [
    { title: t('Name'), text: (item) => item.name },
    { title: t('Address'), kind: 'mono', text: (item) => item.url },
    { title: t('Priority'), kind: 'num', text: (item) => item.priority },
    {
      title: '', kind: 'acts',
      make: ({ id }) => el('span', { class: 'actions' },
        button(t('Change…'), () => change(find(id), list.load)),
        button(t('Delete…'), () => drop(find(id), list.load), { class: 'danger' })),
    },
  ], (item) => item.id, '/admin/v1/discovery', () => ({ limit: undefined })); // It is always whole.
  const find = (id) => list.items().find((item) => item.id === id);
  main.append(
    el('div', { class: 'tools end' }, button(t('New item…'), () => make(list.load), { class: 'main' })),
    list.element);
  list.load();
}

const boxes = (item = {}) => [
  { name: 'name', label: t('Name'), value: item.name, required: true, max: 64 },
  { name: 'url', label: t('Address'), kind: 'url', value: item.url, required: true, example: 'https://…' },
  { name: 'priority', label: t('Priority'), kind: 'number', value: item.priority ?? 0, required: true },
];

function make(done) {
  ask(t('New item'), t('Clients show it on their discovery page.'), t('Make'), async (values, key) => {
    await post('/admin/v1/discovery', values, key);
    say(t('Saved.'));
    done();
  }, { danger: false, descriptions: boxes() });
}

function change(item, done) {
  ask(item.name, t('Clients see it at their next look.'), t('Save'), async (values) => {
    await patch(`/admin/v1/discovery/${item.id}`, values);
    say(t('Saved.'));
    done();
  }, { danger: false, descriptions: boxes(item) });
}

function drop(item, done) {
  ask(t('Delete “{name}”?', item), item.url, t('Delete'), async () => {
    await remove(`/admin/v1/discovery/${item.id}`);
    say(t('Deleted.'));
    done();
  });
}
