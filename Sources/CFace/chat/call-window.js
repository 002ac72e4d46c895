// The window of a call: who it is with, what is seen of both, and what can be done. It lies over the page and lets it
// be used; small, it stays in a corner.

import { avatar } from './avatar.js';
import { deviceMenu } from './call-devices.js';
import { button, el, mark, refill, write } from './dom.js';
import {
  cameraIcon, cameraOffIcon, growIcon, hangUpIcon, microphoneIcon, microphoneOffIcon, pipIcon, screenIcon, shrinkIcon,
  slidersIcon,
} from './icons.js';
import { canShareScreen } from './call-media.js';
import { nameOf } from './model.js';
import { minutes } from './recorder.js';
import { t } from './words.js';

/** - act: `microphone()`, `camera()`, `screen()`, `hangUp()`, `choose(what, id)`; see call.js. */
export function callWindow(peer, act) {
  const face = avatar('huge');
  const name = el('strong', {}, nameOf(peer));
  const state = el('span', { class: 'state', role: 'status' });
  const time = el('span', { class: 'time', role: 'timer' });
  const quality = el('span', { class: 'quality' });
  const fault = el('p', { class: 'fault', role: 'alert' });
  const note = el('p', { class: 'silent-note' });
  const sound = el('audio', { autoplay: true });
  const picture = el('video', { class: 'theirs', autoplay: true, playsinline: true, muted: true, hidden: true });
  const own = el('video', { class: 'mine', autoplay: true, playsinline: true, muted: true, hidden: true });
  for (const video of [picture, own]) video.muted = true;
  const tools = toolbar(act, { picture, resize, devices });
  const menu = deviceMenu(act.choose, sound);
  const element = el('section', {
    class: 'call', role: 'dialog', 'aria-label': t('Call with {name}', { name: nameOf(peer) }), tabindex: -1,
  },
  el('header', {}, el('span', { class: 'lines' }, name, el('span', { class: 'facts' }, state, time, quality)),
    tools.size),
  el('div', { class: 'stage' }, face.element, picture, own, note),
  fault, menu.element, tools.element, sound);
  face.update(`u${peer}`, nameOf(peer));
  element.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    if (menu.isOpen()) devices();
    else resize(true);
  });

  function resize(isSmall = !element.hasAttribute('data-small')) {
    mark(element, 'data-small', isSmall);
    tools.resized(isSmall);
  }

  async function devices() {
    await menu.turn();
    tools.opened(menu.isOpen());
  }

  return {
    element,
    open() {
      document.body.append(element);
      element.focus();
    },
    close() {
      if (document.pictureInPictureElement === picture) document.exitPictureInPicture().catch(() => {});
      for (const medium of [sound, picture, own]) medium.srcObject = null;
      element.remove();
    },
    state(text) { write(state, text); },
    complain(text) { write(fault, text); },
    hear(remote) {
      sound.srcObject = remote;
      picture.srcObject = remote;
      menu.applySpeaker();
    },
    /** - word: what the other side says of itself. */
    see({ microphone, picture: what }) {
      mark(picture, 'hidden', !what);
      mark(picture, 'data-screen', what === 'screen');
      mark(face.element, 'hidden', Boolean(what));
      mark(element, 'data-picture', Boolean(what));
      tools.pictured(Boolean(what));
      write(note, microphone ? '' : t('{name} is muted.', { name: nameOf(peer) }));
    },
    /** What this side does: `{ microphone, picture, isTalking }`, and the track that is seen. */
    show(word, track) {
      tools.update(word);
      mark(own, 'hidden', !track);
      mark(own, 'data-screen', word.picture === 'screen');
      if (own.srcObject?.getTracks()[0] !== track) own.srcObject = track ? new MediaStream([track]) : null;
    },
    lasts(seconds) { write(time, minutes(seconds)); },
    grade(found) {
      write(quality, qualityText(found));
      mark(quality, 'data-level', found.level);
    },
    /** It is over: nothing can be done any more. */
    end(text) {
      write(state, text);
      write(quality, '');
      mark(element, 'data-over', true);
      for (const video of [picture, own]) mark(video, 'hidden', true);
      mark(face.element, 'hidden', false);
      tools.end();
    },
  };
}

function toolbar(act, { picture, resize, devices }) {
  const tool = (icon, text, action, attributes = {}) =>
    button(icon, action, { 'aria-label': text, title: text, ...attributes });
  const microphone = tool(microphoneIcon(), t('Mute'), () => act.microphone(), { 'aria-pressed': 'false' });
  const camera = tool(cameraIcon(), t('Camera'), () => act.camera(), { 'aria-pressed': 'false' });
  const screen = tool(screenIcon(), t('Share the screen'), () => act.screen(), { 'aria-pressed': 'false' });
  const sliders = tool(slidersIcon(), t('Devices'), devices, { 'aria-expanded': 'false' });
  const pip = tool(pipIcon(), t('Picture in picture'), () => {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else picture.requestPictureInPicture().catch(() => {});
  }, { hidden: true });
  const hangUp = tool(hangUpIcon(), t('Hang up'), () => act.hangUp(), { class: 'hang-up' });
  const size = tool(shrinkIcon(), t('Make it small'), () => resize(), { class: 'quiet size' });
  mark(screen, 'hidden', !canShareScreen());
  const all = [microphone, camera, screen, sliders, pip];
  const name = (element, text) => {
    mark(element, 'aria-label', text);
    mark(element, 'title', text);
  };
  return {
    size,
    element: el('div', { class: 'tools', role: 'toolbar', 'aria-label': t('Call') }, all, hangUp),
    resized(isSmall) {
      refill(size, isSmall ? growIcon() : shrinkIcon());
      name(size, isSmall ? t('Make it large') : t('Make it small'));
    },
    opened(isOpen) { mark(sliders, 'aria-expanded', String(isOpen)); },
    pictured(isThere) { mark(pip, 'hidden', !isThere || !document.pictureInPictureEnabled); },
    update({ microphone: isHeard, picture: what }) {
      mark(microphone, 'aria-pressed', String(!isHeard));
      refill(microphone, isHeard ? microphoneIcon() : microphoneOffIcon());
      mark(camera, 'aria-pressed', String(what === 'camera'));
      refill(camera, what === 'camera' ? cameraIcon() : cameraOffIcon());
      mark(screen, 'aria-pressed', String(what === 'screen'));
    },
    end() { for (const one of [...all, hangUp]) mark(one, 'disabled', true); },
  };
}

const levels = { good: 'Good', fair: 'Fair', bad: 'Bad', silent: 'Nothing arrives' };

function qualityText({ level, roundTrip, loss, picture, isRelayed }) {
  return [
    t(levels[level]), roundTrip === null ? null : `${roundTrip} ms`, loss > 0 ? t('{n} % lost', { n: loss }) : null,
    picture, isRelayed ? t('through a relay') : t('directly'),
  ].filter(Boolean).join(' · ');
}
