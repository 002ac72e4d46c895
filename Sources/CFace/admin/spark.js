// Small curves of the last minutes. Drawn by hand: a line, the area below it, and where the pointer is.

import { el, mark, write } from './dom.js';

const width = 300;
const height = 60;

/** A young curve has this many places, so that it does not begin as a dot in the corner. */
const least = 30;

/**
 * A curve with a name. `draw(values, format)` shows numbers, the newest last; null is a gap. `most`: how many fit.
 * - big: with its highest value, and the value under the pointer.
 */
export function spark(name, most, { big = false, step = 2 } = {}) {
  const area = el('path', { class: 'area' });
  const line = el('path', { class: 'line' });
  const hand = el('line', { class: 'hand', y1: 0, y2: height, hidden: true });
  const svg = el('svg', {
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', class: big ? 'spark big' : 'spark', role: 'img',
  }, area, line, big ? hand : null);
  const peakText = el('span', { class: 'peak' });
  const under = el('span', { class: 'value' });
  let shown = [];
  let shape = String;
  let length = least;

  function draw(values, format) {
    shown = values.slice(-most);
    length = Math.max(least, shown.length);
    shape = format;
    const numbers = shown.filter(Number.isFinite);
    const peak = Math.max(...numbers, 0);
    const x = (index) => ((index + length - shown.length) * width / (length - 1)).toFixed(1);
    const y = (value) => (height - 2 - (peak ? value / peak : 0) * (height - 6)).toFixed(1);
    const runs = runsOf(shown);
    const points = (run) => run.map(([index, value]) => `${x(index)} ${y(value)}`).join('L');
    mark(line, 'd', runs.map((run) => `M${points(run)}`).join(''));
    mark(area, 'd', runs.map((run) =>
      `M${x(run[0][0])} ${height}L${points(run)}L${x(run.at(-1)[0])} ${height}Z`).join(''));
    mark(svg, 'aria-label', `${name}: ${numbers.length ? format(numbers.at(-1)) : '–'}, max ${format(peak)}`);
    if (big) write(peakText, numbers.length ? `max ${format(peak)}` : '');
  }

  function point(event) {
    const box = svg.getBoundingClientRect();
    const index = Math.round((event.clientX - box.left) / box.width * (length - 1));
    const value = shown[index - length + shown.length];
    mark(hand, 'x1', index * width / (length - 1));
    mark(hand, 'x2', index * width / (length - 1));
    mark(hand, 'hidden', !Number.isFinite(value));
    write(under, Number.isFinite(value) ? `${shape(value)} · −${(length - 1 - index) * step} s` : '');
  }

  if (!big) return { element: svg, draw };
  svg.addEventListener('pointermove', point);
  svg.addEventListener('pointerleave', () => {
    mark(hand, 'hidden', true);
    write(under, '');
  });
  return { element: el('div', { class: 'chart' }, svg, peakText, under), draw };
}

/** Neighbours that are numbers, each with its index. */
function runsOf(values) {
  const runs = [];
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) return;
    const last = runs.at(-1);
    if (last && last.at(-1)[0] === index - 1) last.push([index, value]);
    else runs.push([[index, value]]);
  });
  return runs;
}
