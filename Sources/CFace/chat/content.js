// What is in a message: text with links and emoji, pictures, voice. And its one-line form.

import { callWords, readCall } from './call-text.js';
import { emoji, moods } from './emoji.js';
import { splitAtPictures } from './media.js';
import { MsgType } from './messages.js';
import { seal, unseal } from './sealed-text.js';
import { packSound, soundFormat, unpackSound } from './sound.js';

const linkOrEmoji = /(https?:\/\/[^\s<>"'）】」，。]+)|(\[[^[\]\s]{1,8}\])/g;

/**
 * What is kept of a message of the server: `{ id, from, time, kind, text, sound }`; `text` of voice is how many seconds
 * it lasts, and `sound` what is heard.
 */
export function readMessage({ msgID, createTime, msgType, msgData }, from) {
  const isVoice = msgType === MsgType.singleAudio || msgType === MsgType.groupAudio;
  const content = isVoice ? spoken(unpackSound(msgData)) : { kind: 'text', text: textOf(msgData) };
  return { id: msgID, from, time: createTime, ...content };
}

/** What an entry of the outbox will be, as `readMessage` has it. */
export const contentOf = ({ kind, text, sound }) =>
  (kind === 'voice' ? spoken({ seconds: text, sound }) : { kind, text });

/** The same for a packet. */
export function packetOf({ kind, text, sound }, isGroup) {
  return kind === 'voice'
    ? { msgType: isGroup ? MsgType.groupAudio : MsgType.singleAudio, msgData: packSound(text, sound) }
    : { msgType: isGroup ? MsgType.groupText : MsgType.singleText, msgData: seal(text) };
}

/** A blob, as what is looked at is told to pages again and again: a blob is not copied. */
const spoken = ({ seconds, sound }) => ({
  kind: 'voice', text: seconds, sound: new Blob([sound], { type: soundFormat(sound).type }),
});

/** What lists say of the newest message of voice is a text. */
export function readSummary({ latestMsgID, latestMsgFromUserID, updatedTime, latestMsgData }) {
  return {
    id: latestMsgID, from: latestMsgFromUserID, time: updatedTime, kind: 'text', text: textOf(latestMsgData),
  };
}

const textOf = (data) => unseal(data) ?? '';

/** The parts of a text: `{ kind: 'text' | 'link' | 'emoji' | 'mood' | 'picture' | 'call', text, name, call }`. */
export function partsOf(text) {
  const call = readCall(text);
  if (call) return [{ kind: 'call', text, call }];
  const parts = [];
  for (const piece of splitAtPictures(text)) {
    if (typeof piece === 'string') addText(parts, piece);
    else parts.push({ kind: 'picture', text: piece.address });
  }
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

/** For lists and notices. - t: says words in the language of the reader. - isOwn: the reader has written it. */
export function oneLine(message, t, isOwn = false) {
  if (message.kind === 'voice') return t('[Voice, {n} s]', { n: message.text });
  const lineOf = ({ kind, text, call }) =>
    (kind === 'picture' ? ` ${t('[Picture]')} ` : kind === 'call' ? callWords(call, t, isOwn) : text);
  return partsOf(message.text).map(lineOf).join('')
    .replace(/\s+/g, ' ').trim().slice(0, 200);
}
