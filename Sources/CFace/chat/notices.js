// What is new, for somebody who looks elsewhere: in the title of the page, on its badge, and as a notice.

import { oneLine } from './content.js';
import { go, keyInAddress } from './frame.js';
import { isMuted, listen, model, nameOf, titleOf, unreadCount } from './model.js';
import { say } from './say.js';
import { sizeText } from './size.js';
import { t } from './words.js';

export const noticesAre = () => (!('Notification' in self) || !isSecureContext ? 'none' : Notification.permission);

export async function askForNotices() {
  await Notification.requestPermission();
}

function count() {
  const unread = model.state.me ? unreadCount() : 0;
  document.title = unread > 0 ? `(${unread}) Grapevine` : 'Grapevine';
  if (unread > 0) navigator.setAppBadge?.(unread).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

function tell({ key, message }) {
  if (isMuted(key) || noticesAre() !== 'granted' || document.hasFocus()) return;
  const title = key.startsWith('g') ? `${nameOf(message.from)} · ${titleOf(key)}` : titleOf(key);
  const notice = new Notification(title, {
    body: oneLine(message, t), tag: `${key}:${message.id}`, icon: '/chat/icon.svg',
  });
  notice.onclick = () => {
    focus();
    go(key);
    notice.close();
  };
}

/** Somebody calls, and nobody looks. Gives what is to be closed when it rings no more. */
export function callNotice(peer) {
  if (noticesAre() !== 'granted' || document.hasFocus()) return null;
  const notice = new Notification(t('{name} calls you.', { name: nameOf(peer) }), {
    tag: 'call', requireInteraction: true, icon: '/chat/icon.svg',
  });
  notice.onclick = () => focus();
  return notice;
}

/**
 * The window of whoever is shaken nods, on screens that may move. It leaves no conversation for that: what is being
 * written there would go to whoever shakes.
 */
function shaken({ from }) {
  const app = document.getElementById('app');
  app.classList.remove('shaken');
  requestAnimationFrame(() => app.classList.add('shaken'));
  say(t('{name} shakes your window.', { name: nameOf(from) }));
  if (keyInAddress() === null) go(`u${from}`);
}

export function startNotices() {
  listen(['conversations', 'groups', 'state'], count);
  listen(['news'], tell);
  listen(['shake'], shaken);
  listen(['fileNews'], ({ from, name, size }) => say(t('{name} has a file for you: {file}, {size}.', {
    name: nameOf(from), file: name, size: sizeText(size),
  })));
}
