// With which settings a node runs, and where each comes from; and how much it logs.

import { get, put } from './api.js';
import { el, refill, write } from './dom.js';
import { fields, form } from './form.js';
import { say } from './say.js';
import { missing, table } from './table.js';
import { watch } from './watch.js';
import { t } from './words.js';

export function configurationPage(main) {
  const [filter] = fields([{ name: 'filter', label: t('Only with'), kind: 'search', example: 'limits.' }]);
  const [node] = fields([{ name: 'node', label: t('Node'), kind: 'select', options: [] }]);
  const note = el('p', { class: 'note', role: 'status' });
  const log = el('div');
  const list = table(t('Configuration'), [
    { title: t('Setting'), kind: 'mono', text: (item) => item.name },
    { title: t('Value'), kind: 'mono wide', text: (item) => item.value ?? t('(secret)') },
    { title: t('Source'), text: (item) => item.source },
  ], (item) => item.name);
  let items = [];
  let names = '';

  function fill() {
    const words = filter.value().trim().toLowerCase();
    list.fill(items.filter((item) => `${item.name} ${item.value} ${item.source}`.toLowerCase().includes(words))
      .map((item) => ({ ...item, rowClass: item.source === 'default' ? 'dim' : null })));
  }

  async function load() {
    const id = Number(node.value());
    items = [];
    refill(note);
    try {
      ({ items } = await get('/admin/v1/config', id === watch.own?.id ? {} : { node: id }));
    } catch (refusal) {
      write(note, missing(refusal, t('configuration of other nodes')));
    }
    fill();
  }

  filter.input.addEventListener('input', fill);
  node.input.addEventListener('change', load);
  main.append(el('div', { class: 'tools' }, node.element, filter.element), list.element, note, log);
  showLevel(log);
  return {
    update() {
      const nodes = watch.reachable;
      const now = nodes.map(({ id }) => watch.name(id)).join();
      if (!nodes.length || now === names) return;
      const chosen = node.value();
      const isFirst = names === '';
      names = now;
      refill(node.input, nodes.map(({ id }) => el('option', { value: id }, watch.name(id))));
      if (nodes.some(({ id }) => `${id}` === chosen)) node.input.value = chosen;
      if (isFirst) load();
    },
  };
}

async function showLevel(place) {
  const levels = ['debug', 'info', 'warn', 'error'];
  try {
    const { level } = await get('/admin/v1/log-level');
    refill(place, el('h2', {}, t('Log of this page’s node')), form([
      {
        name: 'level', label: t('Least severe level'), kind: 'select', value: level,
        options: levels.map((name) => [name, t(name)]),
      },
    ], t('Set'), async (values) => {
      await put('/admin/v1/log-level', values);
      say(t('The level is set until the node ends.'));
    }).element);
  } catch (refusal) {
    refill(place, el('p', { class: 'note' }, missing(refusal, t('log level'))));
  }
}
