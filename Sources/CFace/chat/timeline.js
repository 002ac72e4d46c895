// What was said, in its order. Only some of it is in the document, whatever was loaded: as much as is near to what is
// looked at.

import { bubble, waitingBubble } from './bubble.js';
import { button, el, keep, mark, write } from './dom.js';
import { wish } from './host.js';
import { listen, model } from './model.js';
import { dayName, dayNumber } from './times.js';
import { t } from './words.js';

/** Items in the document, and how many are added at an end when it comes near. */
const most = 160;
const step = 50;
const nearness = 400;
const together = 300;

export function timeline(key) {
  const list = el('div', { class: 'said-before', role: 'log', 'aria-label': t('Messages'), 'aria-live': 'off' });
  const state = el('p', { class: 'note', role: 'status' });
  const element = el('div', { class: 'timeline', tabindex: 0 }, state, list);
  const jump = button('', () => toEnd(), { class: 'jump', hidden: true });
  const upTo = button('', () => toUnread(), { class: 'jump up', hidden: true });
  const whole = el('div', { class: 'pane' }, element, upTo, jump);
  const speech = el('div', { class: 'hidden-speech', 'aria-live': 'polite' });
  whole.append(speech);

  /** Index behind the last item in the document; Infinity: whatever is newest. */
  let end = Infinity;
  let isAtEnd = true;
  /** On the way to the newest, which was let go. */
  let isReturning = false;
  let isWaitingForMore = false;
  let told = Infinity;
  let lastSpoken = Infinity;
  const unreadAtFirst = model.conversations.get(key)?.unread ?? 0;
  const lastAtFirst = model.conversations.get(key)?.latest?.id ?? 0;
  const firstUnread = unreadAtFirst > 0 ? Math.max(1, lastAtFirst - unreadAtFirst + 1) : 0;

  function items() {
    const nothing = { messages: [], waiting: [], hasOlder: true, hasNewer: false };
    const view = model.timeline?.key === key ? model.timeline : nothing;
    const made = [];
    let before = null;
    for (const message of view.messages) {
      const day = dayNumber(message.time);
      if (!before || dayNumber(before.time) !== day) made.push({ key: `d${day}`, day: message.time });
      const isFirstUnread = before ? before.id < firstUnread : message.id === firstUnread || !view.hasOlder;
      if (firstUnread && message.id >= firstUnread && isFirstUnread) made.push({ key: 'unread' });
      const goesOn = before?.from === message.from && message.time - before.time <= together;
      const isFirst = !goesOn || made.at(-1).key !== `m${before.id}`;
      made.push({ key: `m${message.id}`, message, isFirst });
      before = message;
    }
    for (const entry of view.waiting) made.push({ key: `w${entry.key}`, entry });
    return { made, view };
  }

  function draw() {
    const { made, view } = items();
    const stop = Math.min(end, made.length);
    const start = Math.max(0, stop - most);
    const anchor = isAtEnd ? null : firstInSight();
    const top = anchor?.getBoundingClientRect().top;
    keep(list, made.slice(start, stop), (item) => item.key, make);
    if (isAtEnd) toBottom();
    else if (anchor?.isConnected) element.scrollTop += anchor.getBoundingClientRect().top - top;
    const isCut = stop < made.length || view.hasNewer;
    mark(whole, 'data-cut', isCut);
    const isKnown = model.timeline?.key === key;
    write(state, !isKnown || view.isAsking ? t('Loading …')
      : view.hasOlder ? '' : view.messages.length ? t('This is where it begins.') : t('Nothing was said here yet.'));
    buttons(isCut);
    speak(view);
    tell(made[start + Math.floor((stop - start) / 2)]);
    if (isWaitingForMore && !view.isAsking) isWaitingForMore = false;
    if (!view.hasNewer) isReturning = false;
    return { made, start, stop, view };
  }

  /** What is kept in memory of a long conversation is what is near to this. */
  function tell(item) {
    const id = isAtEnd ? Infinity : item?.message?.id ?? told;
    if (id !== told) wish('looksAt', { key, id });
    told = id;
  }

  const firstInSight = () => {
    const edge = element.getBoundingClientRect().top;
    return [...list.children].find((child) => child.getBoundingClientRect().bottom > edge);
  };

  function make(item) {
    if (item.message) return bubble(key);
    if (item.entry) return waitingBubble();
    const text = item.day ? dayName(item.day) : t('New');
    const line = el('p', { class: item.day ? 'day' : 'unread-line' }, el('span', {}, text));
    return { element: line, update() {} };
  }

  /** Where the end was when it was shown last. */
  let bottom = 0;
  function toBottom() {
    element.scrollTop = element.scrollHeight;
    bottom = element.scrollTop;
  }

  function moved() {
    if (!drawn) return;
    // Nobody has scrolled up: what is shown has grown, or its place has shrunk.
    if (isAtEnd && element.scrollTop >= bottom) toBottom();
    const gap = element.scrollHeight - element.scrollTop - element.clientHeight;
    const { made, start, stop, view } = drawn;
    isAtEnd = isReturning || (gap < 40 && stop >= made.length && !view.hasNewer);
    // What comes now goes below what is looked at, and does not push it out of the document.
    end = isAtEnd ? Infinity : Math.min(end, stop);
    if (element.scrollTop < nearness) {
      if (start > 0) {
        end = Math.max(most, stop - step);
        redraw();
      } else if (view.hasOlder) further('lookBack');
    } else if (gap < nearness && stop < made.length) {
      end = Math.min(made.length, stop + step);
      redraw();
    } else if (gap < nearness && view.hasNewer) further('lookAhead');
    looked();
    buttons(stop < made.length || view.hasNewer);
  }

  function further(way) {
    if (drawn.view.isAsking || isWaitingForMore || model.timeline?.key !== key) return;
    isWaitingForMore = true;
    wish(way, { key });
  }

  /** What was drawn last; null: nothing was. */
  let drawn = null;
  function redraw() {
    // What is looked at stays when older messages come before it, or go.
    const last = drawn?.made.findLastIndex(({ message }, index) => message && index < drawn.stop) ?? -1;
    if (end !== Infinity && last >= 0) {
      const now = items().made.findIndex((item) => item.key === drawn.made[last].key);
      if (now >= 0) end += now - last;
    }
    drawn = draw();
  }

  function buttons(isCut) {
    const unread = model.conversations.get(key)?.unread ?? 0;
    mark(jump, 'hidden', isAtEnd && !isCut);
    write(jump, unread > 0 ? t('{n} new ↓', { n: unread }) : '↓');
    mark(jump, 'aria-label', t('To the newest message'));
    const line = list.querySelector('.unread-line');
    const isAbove = firstUnread > 0 && unreadAtFirst > 5 && !hasJumped
      && (!line || line.getBoundingClientRect().bottom < element.getBoundingClientRect().top);
    mark(upTo, 'hidden', !isAbove);
    write(upTo, t('{n} unread ↑', { n: unreadAtFirst }));
  }

  let hasJumped = false;
  function toUnread() {
    hasJumped = true;
    isAtEnd = false;
    const seek = () => {
      const { made } = items();
      const index = made.findIndex((item) => item.key === 'unread');
      if (index >= 0) {
        end = Math.min(made.length, index + most - 20);
        redraw();
        list.querySelector('.unread-line')?.scrollIntoView({ block: 'start' });
      } else if (model.timeline?.hasOlder) wish('lookBack', { key });
      return index >= 0 || !model.timeline?.hasOlder;
    };
    if (seek()) return;
    const stop = listen(['messages'], () => {
      if (!element.isConnected || (!model.timeline.isAsking && seek())) stop();
    });
  }

  function toEnd() {
    end = Infinity;
    isAtEnd = true;
    isReturning = drawn?.view.hasNewer === true;
    if (isReturning) wish('lookAtNewest', { key });
    else redraw();
  }

  /** Who opens a conversation is at its end, wherever it was looked at before, by whatever tab. */
  function goOnToNewest() {
    if (drawn.view.hasNewer && !isReturning) toEnd();
  }

  /** What somebody has seen is read. */
  function looked() {
    if (isAtEnd && document.visibilityState === 'visible' && document.hasFocus() && element.isConnected) {
      if (model.conversations.get(key)?.unread) wish('read', { key });
    }
  }

  /** Readers of the screen hear what is new, and nothing of what was there. */
  function speak(view) {
    const newest = view.messages.at(-1)?.id ?? 0;
    if (newest > lastSpoken) {
      const message = view.messages.at(-1);
      if (message.from !== model.state.me) write(speech, bubble.spoken(message));
    }
    if (model.timeline?.key === key) lastSpoken = lastSpoken === Infinity ? newest : Math.max(lastSpoken, newest);
  }

  const stop = listen(['messages'], ({ key: changed }) => {
    if (changed !== key) return;
    redraw();
    // At the very top and bottom nothing scrolls any more, so nothing else would ask for what lies beyond.
    if (isAtEnd) {
      goOnToNewest();
      looked();
    } else moved();
  });
  const stopProgress = listen(['uploading'], ({ key: name, share }) => {
    const bar = list.querySelector(`progress[data-name="${name}"]`);
    if (bar) bar.value = share;
  });
  const observer = new ResizeObserver(() => { if (isAtEnd) toBottom(); });
  element.addEventListener('scroll', moved, { passive: true });

  return {
    element: whole,
    begin() {
      observer.observe(element);
      observer.observe(list);
      redraw();
      goOnToNewest();
    },
    update() { buttons(false); looked(); },
    /** Names and faces are others. */
    redraw,
    looked,
    toEnd,
    close() {
      stop();
      stopProgress();
      observer.disconnect();
    },
  };
}
