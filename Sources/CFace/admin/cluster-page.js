// The nodes: how each is, and who is connected with whom.

import { post } from './api.js';
import { ask } from './dialog.js';
import { button, el, keep, mark, write } from './dom.js';
import { kept } from './history.js';
import { links } from './links.js';
import { needs } from './rights.js';
import { say } from './say.js';
import { spark } from './spark.js';
import { standing } from './standing.js';
import { watch } from './watch.js';
import { duration, number, rate, t } from './words.js';

export function clusterPage(main) {
  const cards = el('section', { class: 'cards', 'aria-label': t('Nodes') });
  const between = links();
  main.append(cards, el('h2', {}, t('Links between nodes')), between.element);
  return {
    update() {
      keep(cards, watch.nodes, (node) => node.id, card);
      between.update();
    },
  };
}

function card({ id }) {
  const name = el('h3');
  const badge = el('span', { class: 'badge' });
  const sessions = el('strong');
  const stored = el('strong');
  const curve = spark(t('Messages stored per second'), kept);
  const facts = el('dl');
  const drain = button(t('Drain…'), () => askDrain(find(id)), needs('ops'));
  const undrain = button(t('Undrain…'), () => askUndrain(find(id)), needs('ops'));
  const element = el('article', { class: 'card' },
    el('header', {}, name, badge),
    el('div', { class: 'figures' },
      el('p', {}, sessions, el('span', { class: 'dim' }, t('sessions'))),
      el('p', {}, stored, el('span', { class: 'dim' }, t('messages/s'))),
      curve.element),
    facts,
    el('footer', {}, drain, undrain));
  return {
    element,
    update(node) {
      const { word, tone } = standing(node);
      const history = watch.history(node.id);
      write(name, watch.name(node.id));
      write(badge, word);
      mark(badge, 'data-tone', tone);
      mark(element, 'data-tone', tone);
      mark(element, 'aria-label', `${watch.name(node.id)}: ${word}`);
      write(sessions, number(node.status?.sessions));
      write(stored, rate(history.rate('messages_stored')));
      curve.draw(history.rates('messages_stored'), rate);
      keep(facts, factsOf(node, history), ([title]) => title, fact);
      const isThere = Boolean(node.status) && node.state !== 'dead' && node.state !== 'left';
      drain.hidden = !isThere || node.status.draining;
      undrain.hidden = !isThere || !node.status.draining;
    },
  };
}

function factsOf(node, history) {
  const since = node.self ? history.last?.uptime_s : node.in_state_ms / 1000;
  return [
    [t('Number'), node.self ? t('{id}, this page’s node', { id: node.id }) : node.id],
    [t('Epoch'), number(node.epoch)],
    since !== undefined && [node.self ? t('Running for') : t('In this state for'), duration(since)],
    node.status && [t('For clients'), node.status.client_address],
    node.address && [t('Gossip'), node.address],
    history.last?.version && [t('Version'), history.last.version],
    node.presence && node.status && node.presence.sessions !== node.status.sessions
      && [t('Sessions known here'), number(node.presence.sessions)],
    node.flaps > 0 && [t('Flaps'), number(node.flaps)],
    others(node).length > 0 && [t('Seen otherwise'), others(node).join(', ')],
    node.accusers.length > 0 && [t('Accused by'), node.accusers.map((id) => watch.name(id)).join(', ')],
  ].filter(Boolean);
}

/** Nodes that see this one in another state than the node of this page does. */
function others(node) {
  return [...watch.views].flatMap(([id, nodes]) => {
    const seen = nodes?.find((each) => each.id === node.id);
    return seen && seen.state !== node.state ? [`${watch.name(id)}: ${t(seen.state)}`] : [];
  });
}

function fact([title]) {
  const value = el('dd');
  return { element: el('div', {}, el('dt', {}, title), value), update: ([, text]) => write(value, text) };
}

const find = (id) => watch.nodes.find((node) => node.id === id);

function askDrain(node) {
  const name = watch.name(node.id);
  ask(
    t('Drain {name}?', { name }),
    t('{name} takes no new clients and lets its {n} go, so many per second; they find other nodes.',
      { name, n: number(node.status?.sessions) }),
    t('Drain'),
    async ({ rate: perSecond }, key) => {
      await post(`/admin/v1/nodes/${node.id}/drain`, { rate: perSecond }, key);
      say(t('{name} lets its clients go.', { name }));
      watch.hurry();
    },
    {
      descriptions: [{
        name: 'rate', label: t('Clients per second'), kind: 'number', min: 1, max: 1000000, value: 500, required: true,
      }],
    });
}

function askUndrain(node) {
  const name = watch.name(node.id);
  ask(
    t('Undrain {name}?', { name }), t('{name} takes clients again.', { name }), t('Undrain'),
    async (values, key) => {
      await post(`/admin/v1/nodes/${node.id}/undrain`, undefined, key);
      say(t('{name} takes clients again.', { name }));
      watch.hurry();
    },
    { danger: false });
}
