// Tables: rows that stay while what they say changes; on narrow screens each row becomes a small card.

import { button, el, keep, mark, refill, write } from './dom.js';
import { get } from './api.js';
import { t } from './words.js';

/**
 * A table. Columns are `{ title, text(item), make(item), kind }`: `text` for what changes, `make` for an element that
 * gets the item once and, if it has an `update`, again whenever it is shown; kinds are num, wide, mono.
 */
export function table(caption, columns, keyOf) {
  const rows = el('tbody');
  const element = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el('table', {},
      el('thead', {}, el('tr', {}, columns.map((column) =>
        el('th', { scope: 'col', class: column.kind }, column.title)))),
      rows));
  const make = (first) => {
    const cells = columns.map((column) => {
      const made = column.make?.(first);
      const cell = el('td', { class: column.kind, 'data-label': column.title }, made?.element ?? made ?? null);
      return { cell, update: column.text ? (item) => write(cell, column.text(item)) : made?.update };
    });
    const row = el('tr', {}, cells.map((each) => each.cell));
    return {
      element: row,
      update(item) {
        for (const each of cells) each.update?.(item);
        mark(row, 'class', item.rowClass);
      },
    };
  };
  return { element, fill: (items) => keep(rows, items, keyOf, make) };
}

/** A list of the API, page by page. `query()` says what is asked for. */
export function pagedTable(caption, columns, keyOf, path, query = () => ({}), none = t('Nothing here.')) {
  const { element: body, fill } = table(caption, columns, keyOf);
  const note = el('p', { class: 'note', role: 'status' });
  const more = button(t('More'), () => load(true), { class: 'more', hidden: true });
  let items = [];
  let cursor = null;
  let turn = 0;
  async function load(isNext) {
    const own = turn += 1;
    more.disabled = true;
    try {
      const page = await get(path, { limit: 50, ...query(), cursor: isNext ? cursor : undefined });
      // Somebody has typed on meanwhile.
      if (own !== turn) return;
      items = isNext ? [...items, ...page.items] : page.items;
      cursor = page.next_cursor;
      fill(items);
      refill(note, items.length ? null : none);
    } catch (refusal) {
      if (own !== turn) return;
      refill(note, missing(refusal, caption));
      // The node, or its database, comes back: so does the list, where somebody still looks at it.
      const isPassing = refusal.status === 0 || refusal.status >= 500;
      if (isPassing) setTimeout(() => { if (own === turn && body.isConnected) load(isNext); }, 2000);
    }
    more.disabled = false;
    more.hidden = cursor === null;
  }
  return { element: el('div', {}, body, note, more), load: () => load(false), items: () => items };
}

/** What is said of a page that could not be asked. */
export function missing(refusal, name) {
  return refusal.isMissing ? t('This node’s version has no {name}.', { name }) : refusal.message;
}
