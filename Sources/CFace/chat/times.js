// Times as people say them, in the zone and the language of the reader.

import { language, t } from './words.js';

const locale = () => (language() === 'zh' ? 'zh-CN' : 'en-GB');
const dayOf = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** How many days ago; 0 is today. */
const daysAgo = (date) => Math.round((dayOf(new Date()) - dayOf(date)) / 86_400_000);

export const dayNumber = (seconds) => dayOf(new Date(seconds * 1000));

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', hour12: false });
}

/** For separators between days. */
export function dayName(seconds) {
  const date = new Date(seconds * 1000);
  const days = daysAgo(date);
  if (days === 0) return t('Today');
  if (days === 1) return t('Yesterday');
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' };
  return date.toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

/** For lists: as short as it can be. */
export function shortTime(seconds) {
  if (!seconds) return '';
  const date = new Date(seconds * 1000);
  const days = daysAgo(date);
  if (days <= 0) return clock(seconds);
  if (days === 1) return t('Yesterday');
  if (days < 7) return date.toLocaleDateString(locale(), { weekday: 'short' });
  return date.toLocaleDateString(locale(), { day: 'numeric', month: 'numeric', year: '2-digit' });
}

/** Until when something lasts. */
export const dateText = (seconds) =>
  new Date(seconds * 1000).toLocaleDateString(locale(), { day: 'numeric', month: 'long' });

export const fullTime = (seconds) => new Date(seconds * 1000).toLocaleString(locale());
