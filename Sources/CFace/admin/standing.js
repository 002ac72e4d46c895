// How a node is, in a word and a tone.

import { t } from './words.js';

/** `{ word, tone, isGood }`; tones are good, warn, bad and gone. */
export function standing(node) {
  if (node.state === 'dead') return { word: t('dead'), tone: 'bad' };
  if (node.state === 'left') return { word: t('left'), tone: 'gone' };
  if (node.state === 'missing') return { word: t('missing'), tone: 'bad' };
  if (node.state === 'unheard') return { word: t('not heard'), tone: 'bad' };
  if (node.state === 'suspect') return { word: t('suspect'), tone: 'warn' };
  if (!node.status) return { word: t('no link'), tone: 'warn' };
  if (node.status.draining) return { word: t('draining'), tone: 'warn' };
  if (!node.status.ready) return { word: t('not ready'), tone: 'warn' };
  return { word: t('ready'), tone: 'good', isGood: true };
}
