// Webhooks: services that push-server tells of what happens here.

import { get, post, remove } from './api.js';
import { ask, show } from './dialog.js';
import { button, el, refill, write } from './dom.js';
import { form } from './form.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { showSecret } from './secret.js';
import { pagedTable } from './table.js';
import { number, t } from './words.js';

// What a service can be told of, as the API calls it, in words.
const kinds = { message: 'Messages', group: 'Groups', user: 'Users', presence: 'Who is there', call: 'Calls' };

/** The API counts no further. */
const most = 1000;
const counted = (count) => (count < most ? number(count) : `≥ ${number(most)}`);
const whole = () => ({ limit: undefined });

export function webhooksPage(main) {
  const fault = el('p', { class: 'fault lead', role: 'status' });
  const list = pagedTable(t('Webhooks'), [
    { title: t('Name'), text: (hook) => hook.name },
    { title: t('Is told of'), text: ({ events }) => events.map((kind) => t(kinds[kind] ?? kind)).join(', ') },
    { title: t('Address'), kind: 'mono wide', text: (hook) => hook.url },
    { title: t('Waiting'), kind: 'num', text: ({ waiting }) => counted(waiting) },
    { title: t('Given up'), kind: 'num', text: (hook) => counted(hook.given_up) },
    { title: t('Trouble'), make: trouble },
    { title: '', kind: 'acts', make: (hook) => acts(hook, load) },
  ], (hook) => hook.id, '/admin/v1/webhooks', whole, t('No service is told of anything.'));
  const load = () => {
    list.load();
    served(fault);
  };
  main.append(
    el('div', { class: 'tools' },
      el('p', { class: 'dim lead' },
        t('A service gets each event of its kinds, in order and signed, and again until it takes it.')),
      button(t('New webhook…'), () => make(load), { class: 'main', ...needs('write') })),
    fault, list.element);
  load();
}

/** Without a push-server events wait, and after a week without one nothing is kept. */
async function served(place) {
  const { items } = await get('/admin/v1/outbox/channels').catch(() => ({ items: [] }));
  const seconds = items.find(({ channel }) => channel === 'webhooks')?.seconds_unserved;
  const isServed = seconds === undefined || (seconds !== null && seconds < 300);
  refill(place, isServed ? null : t('Nobody sends them: start push-server with webhooks.serve = on.'));
}

function trouble() {
  const element = el('span');
  return {
    element,
    update: ({ trouble: text }) => write(element, text === null ? '–' : t(text)),
  };
}

function acts(hook, done) {
  const again = button(t('Tell again…'), () => replay(hook, done), needs('write'));
  const element = el('span', { class: 'actions' }, again,
    button(t('Remove…'), () => drop(hook, done), { class: 'danger', ...needs('write') }));
  return { element, update: ({ given_up: count }) => { again.hidden = count === 0; } };
}

function make(done) {
  const { element } = form([
    { name: 'name', label: t('Name'), required: true, max: 64, hint: t('Small letters, digits, - and _.') },
    {
      name: 'url', label: t('Address'), kind: 'url', required: true, max: 2000, example: 'https://…',
      hint: t('On the Internet, or what webhooks.allow of push-server names.'),
    },
    {
      name: 'events', label: t('Is told of'), kind: 'choices',
      options: Object.entries(kinds).map(([kind, text]) => [kind, t(text)]),
    },
  ], t('Make webhook'), async (values) => {
    if (!values.events.length) throw new Error(t('Choose what it is told of.'));
    const made = await post('/admin/v1/webhooks', values, null);
    dialog.close();
    done();
    showSecret(t('Webhook {name}', made), made.secret,
      t('The service knows by it that a request comes from here:'),
      'Grapevine-Signature: v1=HMAC-SHA-256(Grapevine-Timestamp + "." + body)');
  }, { cancel: () => dialog.close() });
  const dialog = show(t('New webhook'), 'small', element);
}

function replay(hook, done) {
  ask(
    t('Tell “{name}” again?', hook), t('What was given up comes once more, before what waits; 10,000 events at most.'),
    t('Tell again'), async (values, key) => {
      const { events } = await post(`/admin/v1/webhooks/${hook.id}/replay`, undefined, key);
      say(t('{count} are tried again.', { count: number(events) }));
      done();
    }, { danger: false });
}

function drop(hook, done) {
  ask(
    t('Remove webhook “{name}”?', hook),
    t('Its service is told of nothing any more, nor of the {count} events that wait or were given up.', {
      count: counted(hook.waiting + hook.given_up),
    }),
    t('Remove'), async () => {
      await remove(`/admin/v1/webhooks/${hook.id}`);
      say(t('Removed.'));
      done();
    });
}
