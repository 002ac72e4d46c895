// One conversation: who it is with, what was said, and the box to write in.

import { avatar } from './avatar.js';
import { startCall } from './call.js';
import { composer } from './composer.js';
import { el, mark, write } from './dom.js';
import { dropPlace } from './drop.js';
import { filesWith } from './files.js';
import { go } from './frame.js';
import { showGroup } from './group.js';
import { wish } from './host.js';
import { backIcon, cameraIcon, phoneIcon, shakeIcon, tool } from './icons.js';
import { isMuted, isTyping, model, nameOf, titleOf } from './model.js';
import { silence } from './player.js';
import { showPerson } from './profile.js';
import { say } from './say.js';
import { timeline } from './timeline.js';
import { t } from './words.js';

export function talk(key) {
  const number = Number(key.slice(1));
  const isPair = key.startsWith('u');
  const face = avatar();
  const title = el('h1', {});
  const under = el('p', { class: 'dim' });
  const lines = timeline(key);
  // Who writes from the middle of what was said sees it stand at the end.
  const box = composer(key, () => lines.toEnd());
  const files = isPair ? filesWith(number) : null;
  const more = () => (isPair ? showPerson(number) : showGroup(number));
  const calls = isPair && number !== model.state.me ? el('span', { class: 'calls' },
    tool(phoneIcon(), t('Call'), () => startCall(number, false)),
    tool(cameraIcon(), t('Call with video'), () => startCall(number, true)),
    tool(shakeIcon(), t('Shake the window'), () => shake(number))) : null;
  const element = el('section', { class: 'talk', 'aria-labelledby': 'talk-title' },
    el('header', { class: 'head' },
      tool(backIcon(), t('Back to the list'), () => go(null), 'back'),
      el('button', { type: 'button', class: 'who', on: { click: more } }, face.element,
        el('span', { class: 'lines' }, title, under)),
      calls),
    lines.element,
    files?.element,
    box.element);
  title.id = 'talk-title';
  dropPlace(element, (found) => box.take(found));

  function head() {
    write(title, titleOf(key));
    const person = isPair ? model.people.get(number) : null;
    face.update(key, titleOf(key), isPair && model.online.has(number));
    if (isPair) write(under, standingOf(person, number));
    else {
      const group = model.groups.get(number);
      const size = group ? t('{n} members', { n: group.members.length }) : '';
      write(under, isMuted(key) ? `${size} · ${t('muted')}` : size);
    }
    const silent = reasonForSilence(isPair, number);
    box.close(silent);
    if (calls) mark(calls, 'hidden', silent !== '');
  }

  const look = () => {
    wish('front', { isInFront: document.visibilityState === 'visible' && document.hasFocus() });
    lines.looked();
  };

  return {
    element,
    begin() {
      head();
      if (!isPair && !model.groups.has(number)) wish('groups', { ids: [number] });
      wish('open', { key });
      for (const event of ['focus', 'blur']) addEventListener(event, look);
      document.addEventListener('visibilitychange', look);
      look();
      lines.begin();
      files?.update();
      box.focus();
    },
    update(event) {
      head();
      if (event.is === 'people') lines.redraw();
      if (event.is === 'people' || event.is === 'conversations') lines.update();
    },
    close() {
      for (const event of ['focus', 'blur']) removeEventListener(event, look);
      document.removeEventListener('visibilitychange', look);
      lines.close();
      files?.close();
      silence();
      box.leave();
      wish('open', { key: null });
    },
  };
}

function standingOf(person, number) {
  if (isTyping(number)) return t('is writing …');
  if (person?.hasLeft) return t('Has left the company');
  const status = model.online.has(number) ? t('Online') : t('Offline');
  return person?.sign ? `${status} · ${person.sign}` : status;
}

/** Why nothing can be written there; empty: it can. */
function reasonForSilence(isPair, number) {
  if (isPair) return model.people.get(number)?.hasLeft ? t('{name} has left.', { name: nameOf(number) }) : '';
  const group = model.groups.get(number);
  return group && !group.members.includes(model.state.me) ? t('You are not in this group any more.') : '';
}

function shake(number) {
  const values = { name: nameOf(number) };
  if (!model.online.has(number)) return say(t('{name} is offline.', values));
  wish('hint', { to: number, service: 1, number: 1, content: 'shakewindow' });
  say(t('{name} sees a window that shakes.', values));
}
