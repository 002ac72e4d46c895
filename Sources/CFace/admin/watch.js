// What the page knows of the cluster: asked anew every two seconds, while somebody looks.

import { get } from './api.js';
import { History } from './history.js';
import { complain } from './say.js';
import { t } from './words.js';

export const period = 2000;
const keptEvents = 1000;

class Watch {
  /** As this node sees them, by name. */
  nodes = [];
  /** By number of a node: what it last said; null where it does not answer. `views`: how it sees the nodes. */
  buses = new Map();
  views = new Map();
  pools = new Map();
  histories = new Map();
  /** Of all nodes, the newest first; null: not asked yet. */
  events = null;
  /** What the shown page needs besides: `buses`, `views`, `pools`, `events`. */
  wants = new Set();
  /** What the nodes' version does not have. */
  lacks = new Set();
  /** The last round had no answer: what is shown is of before. */
  isOld = false;
  #seen = new Map();
  #timer = null;
  #life = 0;
  #show = () => {};

  /** - show: called after each round. */
  start(show) {
    this.stop();
    this.#show = show;
    document.addEventListener('visibilitychange', this.#look);
    this.#round();
  }

  stop() {
    this.#life += 1;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
    const maps = { buses: new Map(), views: new Map(), pools: new Map(), histories: new Map() };
    Object.assign(this, { nodes: [], events: null, ...maps });
    this.lacks.clear();
    this.#seen.clear();
  }

  /** At once, after something was done. */
  hurry() {
    clearTimeout(this.#timer);
    this.#round();
  }

  name(id) { return this.nodes.find((node) => node.id === id)?.name || t('node {id}', { id }); }

  get own() { return this.nodes.find((node) => node.self); }

  history(id) { return this.histories.get(id) ?? new History(); }

  /** Nodes that can be asked through this one. */
  get reachable() { return this.nodes.filter((node) => node.self || node.linked); }

  #look = () => {
    if (document.hidden) clearTimeout(this.#timer);
    else this.hurry();
  };

  async #round() {
    const life = this.#life += 1;
    const began = performance.now();
    try {
      const { items } = await get('/admin/v1/nodes');
      if (life !== this.#life) return;
      this.nodes = items.sort(byName);
      await Promise.all(this.nodes.map((node) => this.#askNode(node, life)));
      if (life !== this.#life) return;
      this.isOld = false;
      complain('poll');
    } catch (refusal) {
      if (life !== this.#life) return;
      this.isOld = true;
      complain('poll', t('{message} Asking again every {n} s.', { message: refusal.message, n: period / 1000 }));
    }
    this.#show();
    const rest = period - (performance.now() - began);
    if (!document.hidden) this.#timer = setTimeout(() => this.#round(), Math.max(200, rest));
  }

  async #askNode(node, life) {
    const ask = (what, path, query) => this.#ask(what, path, node, query);
    const history = this.histories.get(node.id) ?? new History();
    this.histories.set(node.id, history);
    const after = this.#after(node);
    const [statistics, buses, views, pools, events] = await Promise.all([
      ask('statistics', '/admin/v1/statistics'),
      this.wants.has('buses') ? ask('buses', '/admin/v1/bus') : null,
      this.wants.has('views') && !node.self ? ask('views', '/admin/v1/nodes') : null,
      this.wants.has('pools') ? ask('pools', '/admin/v1/pools') : null,
      this.wants.has('events') ? ask('events', '/admin/v1/events', { after }) : null,
    ]);
    if (life !== this.#life) return;
    history.add(statistics, performance.now());
    this.buses.set(node.id, buses?.items ?? null);
    this.views.set(node.id, node.self ? this.nodes : views?.items ?? null);
    this.pools.set(node.id, pools?.items ?? null);
    this.#addEvents(node, events?.items);
  }

  /** Only what is new; a node that was started anew numbers its events anew. */
  #after(node) {
    const seen = this.#seen.get(node.id);
    return seen?.epoch === node.epoch ? seen.number : 0;
  }

  #addEvents(node, items) {
    if (!items) return;
    this.events ??= [];
    if (!items.length) return;
    const number = Math.max(this.#after(node), ...items.map((item) => item.number));
    this.#seen.set(node.id, { epoch: node.epoch, number });
    const known = items.map((item) => ({ ...item, node: node.id, key: `${node.id}.${node.epoch}.${item.number}` }));
    this.events = [...known, ...this.events]
      .sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : other.number - one.number))
      .slice(0, keptEvents);
  }

  /** What a node says of itself; null if it cannot be asked now, or never. */
  async #ask(what, path, node, query) {
    const name = node.self ? what : `${what} of others`;
    if (!(node.self || node.linked) || this.lacks.has(name)) return null;
    try {
      return await get(path, node.self ? query : { ...query, node: node.id });
    } catch (refusal) {
      if (refusal.status === 401) throw refusal;
      if (refusal.isMissing) this.lacks.add(name);
      return null;
    }
  }
}

/** As people count: node2 before node10. */
function byName(one, other) {
  return one.name.localeCompare(other.name, 'en', { numeric: true }) || one.id - other.id;
}

export const watch = new Watch();
