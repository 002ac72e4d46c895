// What this page knows: a mirror of what the engine tells. Parts of the page listen to what they show.

export const model = {
  state: { phase: 'starting' },
  people: new Map(),
  departments: new Map(),
  groups: new Map(),
  online: new Set(),
  conversations: new Map(),
  /** Of the conversation that is open: `{ key, messages, waiting, hasOlder, hasNewer, isAsking }`. */
  timeline: null,
  /** Pictures that were chosen and are not sent, by conversation. */
  chosen: new Map(),
  /** Files on their way, those that wait for this user, and what the server takes; see `Transfers`. */
  files: { own: [], waiting: [], limits: null },
  /** The call of this user, if there is one; see `Calls`. */
  call: null,
  /** Who is writing to this user, and until when that is believed. */
  typing: new Map(),
};

const listeners = new Map();

/** Calls `update` after each news of these kinds, until the returned function is called. */
export function listen(kinds, update) {
  for (const kind of kinds) listeners.set(kind, [...listeners.get(kind) ?? [], update]);
  return () => {
    for (const kind of kinds) listeners.set(kind, listeners.get(kind).filter((other) => other !== update));
  };
}

const typingLasts = 6_000;

function take(event) {
  switch (event.is) {
    case 'state': model.state = event; break;
    case 'people': case 'departments': case 'groups':
      for (const item of event.list) model[event.is].set(item.id, item);
      break;
    case 'online': model.online = new Set(event.ids); break;
    case 'conversations':
      for (const summary of event.list) model.conversations.set(summary.key, summary);
      break;
    case 'messages': model.timeline = event; break;
    case 'files': model.files = event; break;
    case 'call': model.call = event.call; break;
    case 'typing':
      if (event.isTyping) model.typing.set(event.from, Date.now() + typingLasts);
      else model.typing.delete(event.from);
      setTimeout(() => notify('typing', event), typingLasts);
      break;
    default: break;
  }
}

function notify(kind, event) {
  for (const update of [...listeners.get(kind) ?? []]) update(event);
}

/** Something came from the engine. */
export function hear(event) {
  take(event);
  notify(event.is, event);
}

/** Whoever comes next sees nothing of before. */
export function forget() {
  for (const name of ['people', 'departments', 'groups', 'conversations', 'chosen', 'typing']) model[name].clear();
  model.online = new Set();
  model.timeline = null;
  model.call = null;
  model.files = { own: [], waiting: [], limits: null };
}

// What things are called

export const nameOf = (id) => model.people.get(id)?.nick || model.people.get(id)?.name || `#${id}`;

export function titleOf(key) {
  const number = Number(key.slice(1));
  return key.startsWith('u') ? nameOf(number) : model.groups.get(number)?.name ?? `#${number}`;
}

export const isMuted = (key) => key.startsWith('g') && model.groups.get(Number(key.slice(1)))?.isMuted === true;

/** In the order of the list: the newest first. */
export function listed() {
  return [...model.conversations.values()]
    .filter((summary) => !summary.isHidden && (summary.latest || summary.draft || summary.time > 0))
    .sort((one, other) => other.time - one.time || (one.key < other.key ? -1 : 1));
}

/** Unread messages of all conversations that are not muted. */
export function unreadCount() {
  return listed().reduce((sum, { key, unread }) => sum + (isMuted(key) ? 0 : unread), 0);
}

export const isTyping = (id) => (model.typing.get(id) ?? 0) > Date.now();
