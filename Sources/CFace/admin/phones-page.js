// Where people find the cluster: an address to type, and a code to point the camera of a phone at.

import { get } from './api.js';
import { el, refill } from './dom.js';
import { missing } from './table.js';
import { t } from './words.js';

/** Light modules that must be around a code. */
const quietZone = 4;

export function phonesPage(main) {
  const place = el('section', { class: 'phones' });
  main.append(place);
  load(place);
}

async function load(place) {
  try {
    const { url, login_server: loginServer, local, qr } = await get('/admin/v1/address');
    refill(place,
      local ? unreachable() : qr.length > 0 ? picture(qr, url) : null,
      el('dl', {},
        fact(t('Chat page, for browsers and phones'), el('a', { href: url, rel: 'noreferrer' }, url)),
        fact(t('Login server, for the apps'), el('code', {}, loginServer))));
  } catch (refusal) {
    refill(place, el('p', { class: 'note' }, missing(refusal, t('address'))));
  }
}

const unreachable = () => el('div', {},
  el('p', { class: 'fault' }, t('A phone cannot reach that: each machine finds itself there.')),
  el('p', {}, t('Set client.advertise, or start with: {command}', { command: 'deploy/local up --advertise ADDRESS' })));

const fact = (title, value) => el('div', {}, el('dt', {}, title), el('dd', {}, value));

/** Dark on light whatever the colours of the page are, as readers expect it. */
function picture(rows, url) {
  const side = rows.length + 2 * quietZone;
  const dark = rows.flatMap((row, y) => [...row].map((module, x) => (module === '1'
    ? `M${x + quietZone} ${y + quietZone}h1v1h-1z` : ''))).join('');
  return el('svg', {
    class: 'code', viewBox: `0 0 ${side} ${side}`, role: 'img', 'aria-label': t('QR code of {url}', { url }),
    'shape-rendering': 'crispEdges',
  }, el('path', { d: dark }));
}
