// Departments: the tree that clients show.

import { get, patch, post, remove } from './api.js';
import { ask } from './dialog.js';
import { button, el, refill } from './dom.js';
import { form } from './form.js';
import { departmentChoices } from './people.js';
import { say } from './say.js';
import { missing, table } from './table.js';
import { t } from './words.js';

export function departmentsPage(main) {
  const note = el('p', { class: 'note', role: 'status' });
  const place = el('div');
  const list = table(t('Departments'), [
    { title: t('Name'), make: name },
    { title: t('Number'), kind: 'num', text: (department) => department.id },
    {
      title: '', kind: 'acts',
      make: (department) => el('span', { class: 'actions' },
        button(t('Rename…'), () => rename(department, load)),
        button(t('Delete…'), () => drop(department, load), { class: 'danger' })),
    },
  // A department with another name or place is another row.
  ], (department) => `${department.id} ${department.stamp} ${department.depth}`);
  async function load() {
    try {
      const items = [];
      for (let cursor; cursor !== null;) {
        const page = await get('/admin/v1/departments', { limit: 200, cursor });
        items.push(...page.items);
        cursor = page.next_cursor;
      }
      list.fill(tree(items));
      refill(note, items.length ? null : t('Nothing here.'));
      refill(place, await maker(load));
    } catch (refusal) {
      refill(note, missing(refusal, t('departments')));
    }
  }
  main.append(place, list.element, note);
  load();
}

/** Each below its parent, with its depth. One whose parent is gone stands at the top. */
function tree(items) {
  const ids = new Set(items.map(({ id }) => id));
  const below = Map.groupBy(items, ({ parent_id: parent }) => (ids.has(parent) ? parent : 0));
  const walk = (parent, depth) => (below.get(parent) ?? []).flatMap((item) =>
    [{ ...item, depth }, ...walk(item.id, depth + 1)]);
  return walk(0, 0);
}

function name(department) {
  return { element: el('span', { class: `depth${Math.min(6, department.depth)}` }, department.name) };
}

async function maker(done) {
  return form([
    { name: 'name', label: t('New department'), required: true, max: 64 },
    { name: 'parent', label: t('Below'), kind: 'select', value: 0, options: await departmentChoices(t('at the top')) },
  ], t('Make'), async ({ name: text, parent }, key) => {
    const made = await post('/admin/v1/departments', { name: text, parent_id: Number(parent) }, key);
    say(t('Department “{name}” is made.', made));
    done();
  }, { resets: true }).element;
}

function rename(department, done) {
  const text = t('Clients see the new name at their next look.');
  ask(t('Rename “{name}”', department), text, t('Rename'), async (values) => {
    await patch(`/admin/v1/departments/${department.id}`, values);
    say(t('Saved.'));
    done();
  }, {
    danger: false,
    descriptions: [{ name: 'name', label: t('Name'), value: department.name, required: true, max: 64 }],
  });
}

function drop(department, done) {
  const text = t('It must have no users and no departments below it.');
  ask(t('Delete “{name}”?', department), text, t('Delete'), async () => {
    await remove(`/admin/v1/departments/${department.id}`);
    say(t('Department “{name}” is deleted.', department));
    done();
  });
}
