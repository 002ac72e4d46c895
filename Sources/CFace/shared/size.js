// Sizes of files as people say them.

import { language } from './words.js';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

export function sizeText(bytes) {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 100 ? 1 : 0;
  const locale = language() === 'zh' ? 'zh-CN' : 'en-GB';
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${units[unit]}`;
}
