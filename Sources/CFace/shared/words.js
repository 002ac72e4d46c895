// What the page says, in the language of whoever reads it. English texts are the keys.

import chinese from './chinese.js';

const name = 'grapevine.language';

export const languages = { en: 'English', zh: '中文' };

export function language() {
  const chosen = localStorage.getItem(name) ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh' : 'en';
}

/** Everything is built anew, which is simpler than to say everything again. */
export function choose(language) {
  localStorage.setItem(name, language);
  location.reload();
}

/** A text; `{name}` in it stands for a value. */
export function t(text, values = {}) {
  const words = language() === 'zh' ? chinese[text] ?? text : text;
  return words.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

const locale = () => (language() === 'zh' ? 'zh-CN' : 'en-GB');

export const number = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString(locale()) : '–');

/** Per second: small ones are not rounded to nothing. */
export function rate(value) {
  if (!Number.isFinite(value)) return '–';
  return value > 0 && value < 10 ? value.toFixed(1) : number(value);
}

/** A latency in microseconds. `end`: the last bound of its histogram, above which nothing is known. */
export function latency(micros, end) {
  if (!Number.isFinite(micros)) return '–';
  const sign = micros >= end ? '> ' : '';
  if (micros < 1000) return `${sign}${Math.round(micros)} µs`;
  if (micros < 1e6) return `${sign}${(micros / 1000).toFixed(micros < 1e4 ? 1 : 0)} ms`;
  return `${sign}${(micros / 1e6).toFixed(1)} s`;
}

/** How long something lasts. */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const index = units.findIndex(([size]) => seconds >= size);
  if (index < 0) return '0 s';
  const [size, unit] = units[index];
  const first = `${Math.floor(seconds / size)} ${unit}`;
  const next = units[index + 1];
  const rest = next && seconds < 10 * size ? Math.floor((seconds % size) / next[0]) : 0;
  return rest ? `${first} ${rest} ${next[1]}` : first;
}

/** A time of RFC 3339, in the zone of the reader; the day only if it is another one. */
export function time(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const clock = date.toLocaleTimeString(locale(), { hour12: false });
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString(locale())} ${clock}`;
}
