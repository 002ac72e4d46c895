// Tabs of several versions of the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepUp } from '../../Sources/CFace/chat/versions.js';

class Tab {
  channel = { postMessage: (data) => this.said.push(data) };
  said = [];
  reloads = 0;
  time = 1_000_000;
  isBehind = false;

  constructor(version, history = { replaceState(state) { this.state = state; } }) {
    keepUp(version, {
      channel: this.channel, now: () => this.time, isHidden: () => this.isBehind,
      history, whenTurned: (turned) => { this.turned = turned; }, reload: () => { this.reloads += 1; },
    });
  }

  hear(version) { this.channel.onmessage({ data: version }); }
}

test('a tab says its version, and goes on beside those of the same', () => {
  const tab = new Tab('one');
  tab.isBehind = true;
  tab.hear('one');
  assert.deepEqual([tab.said, tab.reloads], [['one'], 0]);
});

test('an old tab begins anew when nobody looks at it', () => {
  const tab = new Tab('one');
  tab.hear('two');
  assert.equal(tab.reloads, 0);
  tab.isBehind = true;
  tab.turned();
  assert.equal(tab.reloads, 1);
});

test('tabs from servers of two versions do not chase each other', () => {
  const history = { replaceState(state) { this.state = state; } };
  const tab = new Tab('one', history);
  tab.isBehind = true;
  tab.hear('two');
  const again = new Tab('one', history);
  again.isBehind = true;
  again.hear('two');
  assert.deepEqual([tab.reloads, again.reloads], [1, 0]);
  again.time += 600_000;
  again.turned();
  assert.equal(again.reloads, 1);
});
