// What was changed through the API, by whom, and how it ended.

import { el, mark, write } from './dom.js';
import { fields } from './form.js';
import { pagedTable } from './table.js';
import { t, time } from './words.js';

export function auditPage(main) {
  const [token] = fields([{ name: 'token', label: t('Only of token'), kind: 'search', example: 'admin.token' }]);
  const list = pagedTable(t('Audit'), [
    { title: t('Time'), make: (entry) => el('time', { datetime: entry.at }, time(entry.at)) },
    { title: t('Token'), text: (entry) => entry.token },
    { title: t('Request'), kind: 'mono', text: (entry) => `${entry.method} ${entry.path}` },
    { title: t('Body'), kind: 'mono wide', text: ({ request }) => (isEmpty(request) ? '' : JSON.stringify(request)) },
    { title: t('Outcome'), make: outcome },
  ], (entry) => entry.id, '/admin/v1/audit', () => ({ token: token.value().trim() }));
  let timer;
  token.input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(list.load, 300);
  });
  main.append(el('div', { class: 'tools' }, token.element), list.element);
  list.load();
}

const isEmpty = (request) => !request || Object.keys(request).length === 0;

function outcome() {
  const element = el('span', { class: 'badge' });
  return {
    element,
    update({ outcome: status }) {
      write(element, status ?? t('not known'));
      mark(element, 'data-tone', status === null ? 'warn' : status < 400 ? 'good' : 'bad');
    },
  };
}
