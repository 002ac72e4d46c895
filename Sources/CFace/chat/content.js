// What is in a message: text with links and emoji, pictures, voice. And its one-line form.

import { emoji, moods } from './emoji.js';
import { unseal } from './sealed-text.js';
import { MsgType } from './messages.js';

const picture = /&\$#@~\^@\[\{:(.*?):\}\]&\$~@#@/gs;
const linkOrEmoji = /(https?:\/\/[^\s<>"'）】」，。]+)|(\[[^[\]\s]{1,8}\])/g;

/** What is kept of a message of the server: `{ id, from, time, kind, text }`; `text` of voice is how many seconds. */
export function readMessage({ msgID, createTime, msgType, msgData }, from) {
  const isVoice = msgType === MsgType.singleAudio || msgType === MsgType.groupAudio;
  const kind = isVoice ? 'voice' : 'text';
  return { id: msgID, from, time: createTime, kind, text: isVoice ? voiceSeconds(msgData) : textOf(msgData) };
}

/** What lists say of the newest message of voice is a text. */
export function readSummary({ latestMsgID, latestMsgFromUserID, updatedTime, latestMsgData }) {
  return {
    id: latestMsgID, from: latestMsgFromUserID, time: updatedTime, kind: 'text', text: textOf(latestMsgData),
  };
}

const textOf = (data) => unseal(data) ?? '';

function voiceSeconds(data) {
  return data.length < 4 ? 0 : new DataView(data.buffer, data.byteOffset).getUint32(0);
}

/** The parts of a text: `{ kind: 'text' | 'link' | 'emoji' | 'mood' | 'picture', text, name }`. */
export function partsOf(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(picture)) {
    addText(parts, text.slice(at, match.index));
    parts.push({ kind: 'picture', text: match[1] });
    at = match.index + match[0].length;
  }
  addText(parts, text.slice(at));
  return parts;
}

function addText(parts, text) {
  let at = 0;
  for (const match of text.matchAll(linkOrEmoji)) {
    const part = match[1] ? { kind: 'link', text: match[1] } : emojiPart(match[2]);
    if (!part) continue;
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) });
    parts.push(part);
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
}

function emojiPart(name) {
  const inner = name.slice(1, -1);
  if (moods[inner]) return { kind: 'mood', text: moods[inner], name: inner };
  if (emoji[inner]) return { kind: 'emoji', text: emoji[inner], name: inner };
  return null;
}

/** For lists and notices. - t: says words in the language of the reader. */
export function oneLine(message, t) {
  if (message.kind === 'voice') return t('[Voice, {n} s]', { n: message.text });
  return partsOf(message.text).map((part) => (part.kind === 'picture' ? t('[Picture]') : part.text)).join('')
    .replace(/\s+/g, ' ').slice(0, 200);
}
