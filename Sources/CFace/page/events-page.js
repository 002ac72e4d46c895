// What happened, on all nodes, by time.

import { el, keep, mark, write } from './dom.js';
import { fields } from './form.js';
import { watch } from './watch.js';
import { t, time } from './words.js';

const severe = ['debug', 'info', 'warn', 'error'];

export function eventsPage(main) {
  const [level, filter] = fields([
    {
      name: 'level', label: t('At least'), kind: 'select', value: 'info',
      options: severe.map((name) => [name, t(name)]),
    },
    { name: 'filter', label: t('Only with'), kind: 'search', example: 'node_dead' },
  ]);
  const list = el('ol', { class: 'events', 'aria-label': t('Events') });
  const note = el('p', { class: 'note', role: 'status' });
  main.append(el('div', { class: 'tools' }, level.element, filter.element), note, list);
  const update = () => {
    const least = severe.indexOf(level.value());
    const words = filter.value().trim().toLowerCase();
    const shown = watch.events.filter((event) =>
      severe.indexOf(event.level) >= least && (!words || textOf(event).toLowerCase().includes(words)));
    keep(list, shown.slice(0, 300), (event) => event.key, row);
    write(note, lack() || (shown.length ? '' : t('Nothing here.')));
  };
  level.input.addEventListener('change', update);
  filter.input.addEventListener('input', update);
  return { update };
}

function lack() {
  if (watch.lacks.has('events')) return t('This node’s version has no {name}.', { name: t('events') });
  return watch.lacks.has('events of others') ? t('This node’s version cannot ask other nodes.') : '';
}

function row(event) {
  const node = el('span', { class: 'node' });
  const element = el('li', {},
    el('time', { datetime: event.at }, time(event.at)),
    node,
    el('span', { class: 'badge' }, t(event.level)),
    el('span', { class: 'what' }, el('code', {}, event.event), ' ', event.message, ' ',
      el('span', { class: 'dim' }, fieldsOf(event))));
  mark(element, 'data-tone', { warn: 'warn', error: 'bad' }[event.level] ?? 'gone');
  return { element, update: () => write(node, watch.name(event.node)) };
}

const fieldsOf = (event) => Object.entries(event.fields ?? {}).map(([name, value]) => `${name}=${value}`).join(' ');
const textOf = (event) => `${event.event} ${event.message} ${fieldsOf(event)} ${watch.name(event.node)}`;
