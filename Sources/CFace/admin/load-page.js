// How much the nodes do, how long it takes, and what waits.

import { el, keep, write } from './dom.js';
import { kept, sum, worst } from './history.js';
import { spark } from './spark.js';
import { table } from './table.js';
import { watch } from './watch.js';
import { latency, number, rate, t } from './words.js';

const charts = [
  { title: 'Messages stored per second', all: sum, of: (history) => history.rates('messages_stored'), format: rate },
  {
    title: 'Messages delivered per second', all: sum, of: (history) => history.rates('messages_pushed'), format: rate,
  },
  { title: 'Logins per second', all: sum, of: (history) => history.rates('logins'), format: rate },
  { title: 'Sessions', all: sum, of: (history) => history.gauges('sessions'), format: number },
  {
    title: '99 % committed within', all: worst, of: (history) => history.quantiles('commit', 0.99), format: latency,
  },
  {
    title: '99 % delivered within', all: worst, of: (history) => history.quantiles('delivery', 0.99), format: latency,
  },
];

export function loadPage(main) {
  const big = charts.map((chart) => ({ ...chart, ...figure(t(chart.title)) }));
  const nodes = table(t('Load of each node'), columns(), (node) => node.id);
  const note = el('p', { class: 'note', role: 'status' });
  const loops = pools();
  main.append(
    el('section', { class: 'charts', 'aria-label': t('The whole cluster') }, big.map(({ element }) => element)),
    el('h2', {}, t('Each node')), note, nodes.element,
    el('p', { class: 'dim key' }, t('Latencies of the last ten seconds; curves of the last five minutes.')),
    loops.element);
  return {
    update() {
      const shown = watch.nodes.filter((node) => node.state === 'alive');
      const histories = shown.map((node) => watch.history(node.id));
      for (const { of, all, format, value, curve } of big) {
        const series = all(histories.map(of));
        write(value, format(series.at(-1)));
        curve.draw(series, format);
      }
      nodes.fill(shown);
      write(note, lack());
      loops.update(shown);
    },
  };
}

function lack() {
  if (watch.lacks.has('statistics')) return t('This node’s version has no {name}.', { name: t('statistics') });
  return watch.lacks.has('statistics of others') ? t('This node’s version cannot ask other nodes.') : '';
}

function figure(title) {
  const value = el('strong');
  const curve = spark(title, kept, { big: true });
  return { value, curve, element: el('figure', {}, el('figcaption', {}, el('span', {}, title), value), curve.element) };
}

function columns() {
  const of = (node) => watch.history(node.id);
  const pair = (name) => (node) => {
    const [half, most] = [0.5, 0.99].map((q) => latency(of(node).quantile(name, q), of(node).end(name)));
    return half === '–' ? '–' : `${half} / ${most}`;
  };
  return [
    { title: t('Node'), text: (node) => watch.name(node.id) },
    { title: t('Sessions'), kind: 'num', text: (node) => number(of(node).gauge('sessions')) },
    { title: t('Stored/s'), kind: 'num curve', make: () => curveOf('messages_stored') },
    { title: t('Delivered/s'), kind: 'num curve', make: () => curveOf('messages_pushed') },
    { title: t('Logins/s'), kind: 'num curve', make: () => curveOf('logins') },
    { title: t('Waiting'), kind: 'num', text: (node) => number(of(node).gauge('append_queue_depth')) },
    { title: t('Commit p50 / p99'), kind: 'num', text: pair('commit') },
    { title: t('Delivery p50 / p99'), kind: 'num', text: pair('delivery') },
    { title: t('Loop late p99'), kind: 'num', text: (node) => single(of(node), 'loop_lateness', 0.99) },
    { title: t('Bus p50'), kind: 'num', text: (node) => single(of(node), 'cluster_bus_round_trip', 0.5) },
  ];
}

const single = (history, name, q) => latency(history.quantile(name, q), history.end(name));

/** A figure and its curve. */
function curveOf(counter) {
  const value = el('span');
  const curve = spark(counter, kept);
  return {
    element: el('span', { class: 'pair' }, curve.element, value),
    update(node) {
      const rates = watch.history(node.id).rates(counter);
      write(value, rate(rates.at(-1)));
      curve.draw(rates, rate);
    },
  };
}

/** What the loops of all nodes have of connections and queues. */
function pools() {
  const place = el('div');
  const element = el('details', {}, el('summary', {}, t('Queues and connections of each loop')), place);
  let made = null;
  let names = '';
  return {
    element,
    update(nodes) {
      const rows = nodes.flatMap(({ id }) => (watch.pools.get(id) ?? []).map((pool) => ({ ...pool, node: id })));
      const counts = [...new Set(rows.flatMap((row) => Object.keys(row.counts)))];
      if (!made || names !== counts.join()) {
        names = counts.join();
        made = table(t('Queues and connections of each loop'), poolColumns(counts), (row) => `${row.node}.${row.loop}`);
        keep(place, [names], String, () => ({ element: made.element, update() {} }));
      }
      made.fill(rows);
    },
  };
}

function poolColumns(counts) {
  const state = (value) => (value === null ? t('none') : value ? t('ready') : t('away'));
  return [
    { title: t('Node'), text: (row) => watch.name(row.node) },
    { title: t('Loop'), kind: 'num', text: (row) => row.loop },
    { title: t('Database'), text: (row) => state(row.database_ready) },
    { title: t('Cache'), text: (row) => state(row.cache_ready) },
    ...counts.map((name) => (
      { title: t(name.replaceAll('_', ' ')), kind: 'num', text: (row) => number(row.counts[name]) })),
  ];
}
