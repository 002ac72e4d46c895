// What a node writes into a conversation when a call is over. Every client shows the text; this page says it in the
// language of its reader.

const form = /^\[(?:(未接通话|已拒绝通话|已取消通话)|通话 (\d{1,6}:\d\d))\]$/;
const outcomes = { 未接通话: 'missed', 已拒绝通话: 'refused', 已取消通话: 'cancelled' };

/** `{ outcome, time }`: `answered` and how long it was, `missed`, `refused`, `cancelled`; null: it is another text. */
export function readCall(text) {
  const [, word, time] = form.exec(text) ?? [];
  if (time) return { outcome: 'answered', time };
  return word ? { outcome: outcomes[word], time: null } : null;
}

/** - t: says words in the language of the reader. - isOwn: it was the reader who called. */
export function callWords({ outcome, time }, t, isOwn = false) {
  switch (outcome) {
    case 'answered': return t('Call, {time}', { time });
    case 'refused': return t('Declined call');
    case 'cancelled': return t('Cancelled call');
    default: return isOwn ? t('Nobody answered') : t('Missed call');
  }
}
