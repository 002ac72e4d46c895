// What is new, for somebody who looks elsewhere.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import vm from 'node:vm';

const file = await readFile(new URL('../../Sources/CFace/chat/notices.js', import.meta.url), 'utf8');
// What it imports is there by name.
const script = `${file.replace(/^import .*$/gm, '').replace(/^export /gm, '')}\nstartNotices();`;

/** Where a page is after user 9 has shaken it. - open: the conversation that it shows. */
function placeAfterShake(open) {
  let place = open;
  const heard = new Map();
  vm.runInNewContext(script, {
    listen: (kinds, update) => { for (const kind of kinds) heard.set(kind, update); },
    go: (key) => { place = key; }, keyInAddress: () => place,
    say: () => {}, t: (text) => text, nameOf: (id) => `#${id}`, requestAnimationFrame: () => {},
    document: { getElementById: () => ({ classList: { remove() {}, add() {} } }) },
  });
  heard.get('shake')({ from: 9 });
  return place;
}

test('who shakes is shown, but nobody is taken away from where he may be writing', () => {
  assert.equal(placeAfterShake(null), 'u9');
  assert.equal(placeAfterShake('u2'), 'u2');
});
