// Pictures and files: where they are, whose, and the largest ones.

import { remove } from './api.js';
import { ask } from './dialog.js';
import { button, el } from './dom.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { number, t } from './words.js';

const mebibyte = 1024 * 1024;
/** All are always whole. */
const whole = () => ({ limit: undefined });
const size = (bytes) => number(bytes / mebibyte);
const kinds = { picture: 'picture', file: 'file', part: 'part of a file' };
const timeOf = (seconds) => (seconds ? new Date(seconds * 1000).toLocaleString() : '–');
const whose = ({ name, user_id: id }) => name || (id ? `#${id}` : t('several at one address'));
const kindOf = (kind) => (kind ? t(kinds[kind]) : '–');

export function storagePage(main) {
  const stores = pagedTable(t('Folders'), [
    { title: t('Node'), text: (store) => store.node },
    { title: t('Address'), kind: 'mono', text: (store) => `${store.host}:${store.port}` },
    { title: t('State'), text: (store) => (store.is_lost ? t('lost, being copied') : t('there')) },
    { title: t('Copies'), kind: 'num', text: (store) => number(store.copies) },
    { title: t('MiB'), kind: 'num', text: (store) => size(store.bytes) },
  ], (store) => `${store.node} ${store.port}`, '/admin/v1/blobs/stores', whole, t('No node has a media.folder.'));
  const users = pagedTable(t('Users'), [
    { title: t('User'), text: whose },
    { title: t('Kind'), text: (user) => kindOf(user.kind) },
    { title: t('Count'), kind: 'num', text: (user) => number(user.files) },
    { title: t('MiB'), kind: 'num', text: (user) => size(user.bytes) },
  ], (user) => `${user.user_id} ${user.kind}`, '/admin/v1/blobs/users', whole);
  const largest = pagedTable(t('Largest'), [
    { title: 'SHA-256', kind: 'mono', text: (blob) => `${blob.digest.slice(0, 16)}…` },
    { title: t('Kind'), text: (blob) => kindOf(blob.kind) },
    { title: t('User'), kind: 'num', text: (blob) => blob.user ?? '–' },
    { title: t('Copies'), kind: 'num', text: (blob) => blob.copies },
    { title: t('Until'), text: (blob) => timeOf(blob.expires_at) },
    { title: t('MiB'), kind: 'num', text: (blob) => size(blob.bytes) },
    {
      title: '', kind: 'acts',
      make: (blob) => button(t('Delete…'), () => drop(blob, largest.load), { class: 'danger', ...needs('write') }),
    },
  ], (blob) => blob.digest, '/admin/v1/blobs/all', whole);
  main.append(
    stores.element, el('h2', {}, t('By user')), users.element, el('h2', {}, t('Largest')), largest.element);
  for (const list of [stores, users, largest]) list.load();
}

function drop({ digest, bytes }, done) {
  const text = t('It has {size} MiB. Messages that show it will say that it cannot be loaded.', { size: size(bytes) });
  ask(t('Delete it for ever?'), `${digest} · ${text}`, t('Delete'), async () => {
    await remove(`/admin/v1/blobs/all/${digest}`);
    say(t('Deleted.'));
    done();
  });
}
