// Who is told of messages while he is away: what waits, what left, and what was given up.

import { post } from './api.js';
import { ask } from './dialog.js';
import { button, el, mark, write } from './dom.js';
import { fields } from './form.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { duration, number, t, time } from './words.js';

const channels = { apns: 'iPhones', android: 'Android', browsers: 'Browsers', webhooks: 'Webhooks' };
const states = { waiting: 'waiting', sent: 'sent', withdrawn: 'withdrawn', given_up: 'given up' };
const timeOf = (seconds) => time(new Date(seconds * 1000).toISOString());
const messageOf = ({ conversation, message }) => (conversation ? `${conversation} #${message}` : '–');
const whole = () => ({ limit: undefined });

/** Whether a program takes what waits there; one that serves a channel says so each minute. */
function served() {
  const element = el('span', { class: 'badge' });
  return {
    element,
    update({ seconds_unserved: seconds, waiting }) {
      const isServed = seconds !== null && seconds < 300;
      write(element, isServed ? t('served') : seconds === null
        ? t('nobody serves it') : t('unserved for {time}', { time: duration(seconds) }));
      mark(element, 'data-tone', isServed ? 'good' : waiting ? 'bad' : 'gone');
    },
  };
}

export function outboxPage(main) {
  const figures = pagedTable(t('Channels'), [
    { title: t('Channel'), text: ({ channel }) => t(channels[channel]) },
    { title: t('State'), make: served },
    { title: t('Waiting'), kind: 'num', text: ({ waiting }) => number(waiting) },
    { title: t('Oldest'), kind: 'num', text: ({ oldest_seconds: age, waiting }) => (waiting ? duration(age) : '–') },
    { title: t('Sent within a day'), kind: 'num', text: ({ sent }) => number(sent) },
    { title: t('Withdrawn'), kind: 'num', text: ({ withdrawn }) => number(withdrawn) },
    { title: t('Given up'), kind: 'num', text: ({ given_up: count }) => number(count) },
  ], ({ channel }) => channel, '/admin/v1/outbox/channels', whole);
  const pairs = (names) => Object.entries(names).map(([value, text]) => [value, t(text)]);
  const boxes = fields([
    { name: 'state', label: t('State'), kind: 'select', value: 'given_up', options: pairs(states) },
    { name: 'channel', label: t('Channel'), kind: 'select', options: [['', t('all')], ...pairs(channels)] },
  ]);
  const [state, channel] = boxes.map((box) => box.input);
  const entries = pagedTable(t('Notifications and events'), [
    { title: t('Since'), text: (entry) => timeOf(entry.created_at) },
    { title: t('Channel'), text: ({ channel }) => t(channels[channel]) },
    { title: t('User'), kind: 'num', text: ({ user }) => user ?? '–' },
    { title: t('Message'), kind: 'mono', text: messageOf },
    { title: t('Attempts'), kind: 'num', text: ({ attempts }) => number(attempts) },
    { title: t('Answer'), kind: 'wide', text: ({ answer }) => (answer === null ? '–' : t(answer)) },
    {
      title: '', kind: 'acts',
      make: (entry) => (entry.state === 'given_up'
        ? button(t('Try again'), () => replay({ id: entry.id }, reload), needs('ops')) : el('span')),
    },
  ], (entry) => `${entry.id} ${entry.state}`, '/admin/v1/outbox',
    () => ({ state: state.value, channel: channel.value }), t('There is none.'));
  for (const box of [state, channel]) box.addEventListener('change', entries.load);
  const reload = () => { for (const list of [figures, entries]) list.load(); };
  const all = button(t('Try all again…'), () => ask(
    t('Try all again?'), t('What was given up goes out once more, 10,000 at most.'), t('Try again'),
    () => replay(channel.value ? { channel: channel.value } : {}, reload)), needs('ops'));
  main.append(figures.element, el('h2', {}, t('Notifications and events')),
    el('div', { class: 'tools' }, boxes.map((box) => box.element), all), entries.element);
  reload();
}

async function replay(which, done) {
  const { replayed } = await post('/admin/v1/outbox/replay', which);
  say(t('{count} are tried again.', { count: number(replayed) }));
  done();
}
