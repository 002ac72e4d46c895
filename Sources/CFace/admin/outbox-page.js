// Who is told of messages while he is away: what waits, what left, and what was given up.

import { post } from './api.js';
import { ask } from './dialog.js';
import { button, el } from './dom.js';
import { fields } from './form.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { pagedTable } from './table.js';
import { number, t } from './words.js';

const channels = { apns: 'iPhones', android: 'Android', browsers: 'Browsers', webhooks: 'Webhooks' };
const states = { waiting: 'waiting', sent: 'sent', withdrawn: 'withdrawn', given_up: 'given up' };
const timeOf = (seconds) => new Date(seconds * 1000).toLocaleString();
const messageOf = ({ conversation, message }) => (conversation ? `${conversation} #${message}` : '–');
const whole = () => ({ limit: undefined });

function served({ seconds_unserved: seconds }) {
  if (seconds === null) return t('nobody serves it');
  return seconds < 300 ? t('served') : t('unserved for {count} min', { count: number(Math.round(seconds / 60)) });
}

export function outboxPage(main) {
  const figures = pagedTable(t('Channels'), [
    { title: t('Channel'), text: ({ channel }) => t(channels[channel]) },
    { title: t('State'), text: served },
    { title: t('Waiting'), kind: 'num', text: ({ waiting }) => number(waiting) },
    { title: t('Oldest, s'), kind: 'num', text: ({ oldest_seconds: oldest }) => number(oldest) },
    { title: t('Sent within a day'), kind: 'num', text: ({ sent }) => number(sent) },
    { title: t('Withdrawn'), kind: 'num', text: ({ withdrawn }) => number(withdrawn) },
    { title: t('Given up'), kind: 'num', text: ({ given_up: count }) => number(count) },
  ], ({ channel }) => channel, '/admin/v1/outbox/channels', whole);
  const [choice] = fields([{
    name: 'state', label: t('State'), kind: 'select', value: 'given_up',
    options: Object.entries(states).map(([value, text]) => [value, t(text)]),
  }]);
  const entries = pagedTable(t('Notifications'), [
    { title: t('Since'), text: (entry) => timeOf(entry.created_at) },
    { title: t('Channel'), text: ({ channel }) => t(channels[channel]) },
    { title: t('User'), kind: 'num', text: ({ user }) => user ?? '–' },
    { title: t('Message'), kind: 'mono', text: messageOf },
    { title: t('Attempts'), kind: 'num', text: ({ attempts }) => number(attempts) },
    { title: t('Answer'), text: ({ answer }) => answer ?? '–' },
    {
      title: '', kind: 'acts',
      make: (entry) => (entry.state === 'given_up'
        ? button(t('Try again'), () => replay({ id: entry.id }, reload), needs('ops')) : el('span')),
    },
  ], ({ id }) => id, '/admin/v1/outbox', () => ({ state: choice.input.value }), t('There is none.'));
  choice.input.addEventListener('change', entries.load);
  const reload = () => { for (const list of [figures, entries]) list.load(); };
  const all = button(t('Try all again…'), () => ask(
    t('Try all again?'), t('What was given up goes out once more, 10,000 at most.'), t('Try again'),
    () => replay({}, reload)), needs('ops'));
  main.append(figures.element, el('h2', {}, t('Notifications')), el('div', { class: 'tools' }, choice.element, all),
    entries.element);
  reload();
}

async function replay(which, done) {
  const { replayed } = await post('/admin/v1/outbox/replay', which);
  say(t('{count} are tried again.', { count: number(replayed) }));
  done();
}
