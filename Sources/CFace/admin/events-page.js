// What happened, on all nodes, by time.

import { el, keep, mark, write } from './dom.js';
import { fields } from './form.js';
import { watch } from './watch.js';
import { number, t, time } from './words.js';

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
    const shown = (watch.events ?? []).filter((event) =>
      severe.indexOf(event.level) >= least && (!words || textOf(event).toLowerCase().includes(words)));
    // Whoever looks for something wants to see each of them.
    keep(list, (words ? shown : gather(shown)).slice(0, 300), (event) => event.key, row);
    write(note, lack() || (shown.length ? '' : t(watch.events ? 'Nothing here.' : 'Loading …')));
  };
  level.input.addEventListener('change', update);
  filter.input.addEventListener('input', update);
  return { update };
}

function lack() {
  if (watch.lacks.has('events')) return t('This node’s version has no {name}.', { name: t('events') });
  return watch.lacks.has('events of others') ? t('This node’s version cannot ask other nodes.') : '';
}

/** Neighbours of one kind are one row, under the key of the oldest: logins must not hide the death of a node. */
function gather(events) {
  const rows = [];
  for (const event of events) {
    const last = rows.at(-1);
    if (last?.event === event.event) Object.assign(last, { more: last.more + 1, key: event.key });
    else rows.push({ ...event, more: 0 });
  }
  return rows;
}

function row() {
  const when = el('time');
  const [node, level, fieldText, more] = ['node', 'badge', 'dim', 'more'].map((name) => el('span', { class: name }));
  const name = el('code');
  const message = el('span');
  const what = el('span', { class: 'what' }, name, ' ', message, ' ', fieldText, ' ', more);
  const element = el('li', {}, when, node, level, what);
  return {
    element,
    update(event) {
      write(when, time(event.at));
      mark(when, 'datetime', event.at);
      write(node, watch.name(event.node));
      write(level, t(event.level));
      write(name, event.event);
      write(message, event.message);
      write(fieldText, fieldsOf(event));
      write(more, event.more ? t('and {n} more', { n: number(event.more) }) : '');
      mark(element, 'data-tone', { warn: 'warn', error: 'bad' }[event.level] ?? 'gone');
    },
  };
}

const fieldsOf = (event) => Object.entries(event.fields ?? {}).map(([name, value]) => `${name}=${value}`).join(' ');
const textOf = (event) => `${event.event} ${event.message} ${fieldsOf(event)} ${watch.name(event.node)}`;
