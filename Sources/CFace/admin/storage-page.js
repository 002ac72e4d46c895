// Pictures and files: where they are, whose, and the largest ones.

import { remove } from './api.js';
import { ask } from './dialog.js';
import { button, el, mark, write } from './dom.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { sizeText } from './size.js';
import { pagedTable } from './table.js';
import { openUser } from './user-sheet.js';
import { number, t, time } from './words.js';

/** All are always whole. */
const whole = () => ({ limit: undefined });
const kinds = { picture: 'picture', file: 'file', part: 'part of a file' };
const timeOf = (seconds) => (seconds ? time(seconds * 1000) : '–');
const kindOf = (kind) => (kind ? t(kinds[kind]) : '–');

export function storagePage(main) {
  const stores = pagedTable(t('Folders'), [
    { title: t('Node'), text: (store) => store.node },
    { title: t('Address'), kind: 'mono', text: (store) => `${store.host}:${store.port}` },
    { title: t('State'), make: state },
    { title: t('Copies'), kind: 'num', text: (store) => number(store.copies) },
    { title: t('Size'), kind: 'num', text: (store) => sizeText(store.bytes) },
  ], (store) => `${store.node} ${store.port}`, '/admin/v1/blobs/stores', whole, t('No node has a media.folder.'));
  const users = pagedTable(t('Users'), [
    { title: t('User'), make: whose },
    { title: t('Kind'), text: (user) => kindOf(user.kind) },
    { title: t('Count'), kind: 'num', text: (user) => number(user.files) },
    { title: t('Size'), kind: 'num', text: (user) => sizeText(user.bytes) },
  ], (user) => `${user.user_id} ${user.kind}`, '/admin/v1/blobs/users', whole);
  const largest = pagedTable(t('Largest'), [
    { title: 'SHA-256', kind: 'mono', text: (blob) => `${blob.digest.slice(0, 16)}…` },
    { title: t('Kind'), text: (blob) => kindOf(blob.kind) },
    { title: t('User'), make: ({ user }) => (user === null ? el('span', {}, '–') : whose({ user_id: user })) },
    { title: t('Copies'), kind: 'num', text: (blob) => blob.copies },
    { title: t('Until'), text: (blob) => timeOf(blob.expires_at) },
    { title: t('Size'), kind: 'num', text: (blob) => sizeText(blob.bytes) },
    {
      title: '', kind: 'acts',
      make: (blob) => button(t('Delete…'), () => drop(blob, largest.load), { class: 'danger', ...needs('write') }),
    },
  ], (blob) => blob.digest, '/admin/v1/blobs/all', whole);
  main.append(
    stores.element, el('h2', {}, t('By user')), users.element, el('h2', {}, t('Largest')), largest.element);
  for (const list of [stores, users, largest]) list.load();
}

function state() {
  const element = el('span', { class: 'badge' });
  return {
    element,
    update(store) {
      write(element, store.is_lost ? t('lost, being copied') : t('there'));
      mark(element, 'data-tone', store.is_lost ? 'bad' : 'good');
    },
  };
}

/** Who is known leads to the quota. */
function whose({ name, user_id: id }) {
  return id ? button(name || `#${id}`, () => openUser(id, () => {}), { class: 'link' })
    : el('span', {}, t('several at one address'));
}

function drop({ digest, bytes }, done) {
  const text = t('It has {size}. Messages that show it will say that it cannot be loaded.', { size: sizeText(bytes) });
  ask(t('Delete it for ever?'), `${digest} · ${text}`, t('Delete'), async () => {
    await remove(`/admin/v1/blobs/all/${digest}`);
    say(t('Deleted.'));
    done();
  });
}
