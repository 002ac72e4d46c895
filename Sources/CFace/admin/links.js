// Who is connected with whom: a row for each node, as that node sees it.

import { el, keep, mark, refill, write } from './dom.js';
import { watch } from './watch.js';
import { number, t } from './words.js';

/** A second's worth at a good rate; some always wait, as confirmations take their time. */
const many = 1000;

export function links() {
  const head = el('tr');
  const rows = el('tbody');
  const note = el('p', { class: 'note' });
  const element = el('div', {},
    el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('Links between nodes') },
      el('table', { class: 'links' }, el('thead', {}, head), rows)),
    el('p', { class: 'dim key' },
      t('● linked · ◐ linked, many messages wait for confirmation · ◌ slow · ✕ no link · ? not known')),
    note);
  let columns = '';
  return {
    element,
    update() {
      const nodes = watch.nodes.filter((node) => node.state !== 'left');
      const names = nodes.map((node) => watch.name(node.id));
      if (columns !== names.join()) {
        columns = names.join();
        refill(head, [t('from ↓ to →'), ...names].map((name) => el('th', { scope: 'col' }, name)));
        // Another number of columns: rows are made anew.
        keep(rows, [], (node) => node.id, row);
      }
      keep(rows, nodes, (node) => node.id, (node) => row(node, nodes));
      write(note, watch.lacks.has('buses of others') ? t('This node’s version cannot ask other nodes.') : '');
    },
  };
}

function row(node, nodes) {
  const name = el('th', { scope: 'row' });
  const cells = nodes.map((other) => ({ other, cell: el('td') }));
  return {
    element: el('tr', {}, name, cells.map(({ cell }) => cell)),
    update() {
      write(name, watch.name(node.id));
      for (const { other, cell } of cells) {
        const { sign, tone, words } = link(node, other);
        write(cell, sign);
        mark(cell, 'data-tone', tone);
        mark(cell, 'title', words);
        mark(cell, 'aria-label', words);
      }
    },
  };
}

function link(from, to) {
  if (from.id === to.id) return { sign: '', tone: 'self', words: '' };
  const names = { from: watch.name(from.id), to: watch.name(to.id) };
  const bus = watch.buses.get(from.id)?.find(({ node }) => node === to.id);
  if (!watch.buses.get(from.id)) return { sign: '?', tone: 'gone', words: t('{from} does not say', names) };
  if (!bus?.linked) return { sign: '✕', tone: 'bad', words: t('{from} has no link to {to}', names) };
  if (bus.degraded) return { sign: '◌', tone: 'warn', words: t('the link from {from} to {to} is slow', names) };
  const waiting = bus.unconfirmed_messages ?? 0;
  const words = t('{from} is linked to {to}; {sent} messages sent, {waiting} not yet confirmed', {
    ...names, sent: number(bus.messages_sent), waiting: number(waiting),
  });
  return waiting > many ? { sign: '◐', tone: 'good', words } : { sign: '●', tone: 'good', words };
}
