// What is around every page: the way to the others, how the cluster is, the language, and the way out.

import { button, el, mark, refill, write } from './dom.js';
import { auditPage } from './audit-page.js';
import { botsPage } from './bots-page.js';
import { clusterPage } from './cluster-page.js';
import { configurationPage } from './configuration-page.js';
import { departmentsPage } from './departments-page.js';
import { discoveryPage } from './discovery-page.js';
import { eventsPage } from './events-page.js';
import { groupsPage } from './groups-page.js';
import { loadPage } from './load-page.js';
import { noticePage } from './notice-page.js';
import { outboxPage } from './outbox-page.js';
import { phonesPage } from './phones-page.js';
import { storagePage } from './storage-page.js';
import { usersPage } from './users-page.js';
import { webhooksPage } from './webhooks-page.js';
import { switchLanguage } from './language.js';
import { lacks } from './rights.js';
import { forgetFaults } from './say.js';
import { standing } from './standing.js';
import { watch } from './watch.js';
import { number, t } from './words.js';

// A page is built once when it is opened, and gets `update()` after each round of the watch if it has one.
const pages = [
  { id: 'cluster', title: 'Cluster', open: clusterPage, wants: ['buses', 'views'] },
  { id: 'load', title: 'Load', open: loadPage, wants: ['pools'] },
  { id: 'events', title: 'Events', open: eventsPage, wants: ['events'] },
  { id: 'users', title: 'Users', open: usersPage, begins: true },
  { id: 'departments', title: 'Departments', open: departmentsPage },
  { id: 'groups', title: 'Groups', open: groupsPage },
  { id: 'bots', title: 'Bots', open: botsPage },
  { id: 'notice', title: 'Notice', open: noticePage },
  { id: 'discovery', title: 'Discovery', open: discoveryPage, begins: true },
  { id: 'phones', title: 'Phones', open: phonesPage },
  { id: 'storage', title: 'Storage', open: storagePage },
  { id: 'outbox', title: 'Outbox', open: outboxPage },
  { id: 'webhooks', title: 'Webhooks', open: webhooksPage },
  { id: 'audit', title: 'Audit', open: auditPage },
  { id: 'configuration', title: 'Configuration', open: configurationPage },
];

let shown = null;
let parts = null;

export function showFrame(leave) {
  const main = el('main', { id: 'page', tabindex: '-1' });
  const links = pages.map((page) =>
    el('a', { href: `#/${page.id}`, class: page.begins ? 'begins' : null }, t(page.title)));
  const lacking = lacks();
  const state = el('a', { class: 'state', href: '#/cluster' });
  parts = { main, links, state };
  refill(
    document.getElementById('app'),
    el('div', { class: 'frame' },
      button(t('To the content'), () => main.focus(), { class: 'skip' }),
      el('header', { class: 'top' },
        el('span', { class: 'name' }, el('img', { src: 'icon.svg', alt: '', width: 22, height: 22 }), 'Grapevine'),
        state,
        el('span', { class: 'end' }, switchLanguage(), button(t('Sign out'), leave, { class: 'quiet' }))),
      el('nav', { 'aria-label': t('Pages') }, links),
      el('div', { class: 'place' }, lacking ? el('p', { class: 'lacking' }, lacking) : null, main)));
  addEventListener('hashchange', turn);
  open();
  watch.start(update);
}

export function closeFrame() {
  removeEventListener('hashchange', turn);
  watch.stop();
  forgetFaults();
  for (const dialog of document.querySelectorAll('dialog')) dialog.remove();
  shown = null;
  parts = null;
}

/** Somebody went to another page: whoever reads by ear or by keyboard goes along. */
function turn() {
  open();
  watch.hurry();
  parts.main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function open() {
  const page = pages.find(({ id }) => location.hash === `#/${id}`) ?? pages[0];
  watch.wants = new Set(page.wants);
  document.title = `${t(page.title)} · Grapevine`;
  pages.forEach(({ id }, index) => mark(parts.links[index], 'aria-current', id === page.id ? 'page' : null));
  parts.links[pages.indexOf(page)].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  refill(parts.main, el('h1', {}, t(page.title)));
  shown = page.open(parts.main) ?? {};
  shown.update?.();
}

function update() {
  if (!parts) return;
  const members = watch.nodes.filter((node) => node.state !== 'left');
  const ready = members.filter((node) => standing(node).isGood);
  const sessions = members.reduce((sum, node) => sum + (node.status?.sessions ?? 0), 0);
  mark(parts.main, 'data-old', watch.isOld);
  write(parts.state, watch.isOld ? t('no answer') : t('{ready} of {all} nodes ready · {sessions} sessions', {
    ready: ready.length, all: members.length, sessions: number(sessions),
  }));
  mark(parts.state, 'data-tone', watch.isOld ? 'bad' : ready.length === members.length ? 'good' : 'warn');
  shown?.update?.();
}
