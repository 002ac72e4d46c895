// Conversations and what is said in them: arriving, catching up, looking back, sending, reading. A core: what happens
// comes in with the time; questions, sends and news for the page go out by the functions that it was made with.

import { contentOf, packetOf, readMessage, readSummary } from './content.js';
import { Conversation, isGroup, keyIn, keyOf, numberOf, pageSize, sessionOf } from './conversation.js';
import { MsgType } from './messages.js';
import { Outbox } from './outbox.js';

export class Talks {
  conversations = new Map();
  outbox = new Outbox();
  /** Those that a page looks at. */
  #open = new Set();
  #me = 0;
  #out;

  /** - out: `ask(name, message, answered)`, `send(name, message)`, `tell(event)`, `keep(store, values)`,
   * `meet(keys, people)`, `isOnline()`, `fetch(key, first, last)`, `effect(effect)`. */
  constructor(out) { this.#out = out; }

  restore(me, conversations, outbox) {
    this.#me = me;
    for (const kept of conversations) Object.assign(this.#get(kept.key), kept);
    this.outbox.restore(outbox);
  }

  forget() {
    this.#me = 0;
    this.conversations.clear();
    this.outbox.entries.clear();
  }

  loggedIn(me, now) {
    this.#me = me;
    for (const conversation of this.conversations.values()) Object.assign(conversation, { isAsking: false, fresh: 0 });
    this.outbox.connectionLost();
    this.sendDue(now);
    this.#out.ask('recentContactSessionReq', { userID: me, latestUpdateTime: 0 }, (answer) => this.#toldRecent(answer));
    this.#out.ask('unreadMsgCntReq', { userID: me }, (answer, isFirst) => this.#toldUnread(answer, isFirst));
  }

  get summaries() { return [...this.conversations.values()].map((conversation) => conversation.summary); }

  #get(key) {
    let conversation = this.conversations.get(key);
    if (!conversation) this.conversations.set(key, conversation = new Conversation(key));
    return conversation;
  }

  // What the server says

  #toldRecent({ contactSessionList }) {
    const changed = contactSessionList.map((info) => {
      const conversation = this.#get(keyIn(info));
      conversation.announce(readSummary(info));
      return conversation;
    });
    this.#out.meet(changed.map(({ key }) => key), changed.map(({ latest }) => latest.from));
    this.#changed(changed);
    for (const key of this.#open) this.#fill(this.#get(key));
  }

  #toldUnread({ unreadinfoList }, isFirst) {
    const changed = new Set();
    if (isFirst) {
      for (const conversation of this.conversations.values()) {
        if (conversation.unread > 0) changed.add(conversation);
        conversation.unread = conversation.fresh;
      }
    }
    for (const info of unreadinfoList) {
      const conversation = this.#get(keyIn(info));
      if (!conversation.counted(info.unreadCnt, info.latestMsgID)) this.#sendReadMark(conversation);
      changed.add(conversation);
    }
    this.#changed([...changed]);
  }

  pushed(packet) {
    const group = packet.msgType === MsgType.groupText || packet.msgType === MsgType.groupAudio;
    const other = packet.fromUserID === this.#me ? packet.toSessionID : packet.fromUserID;
    const conversation = this.#get(keyOf(group, group ? packet.toSessionID : other));
    const message = readMessage(packet, packet.fromUserID);
    const isNews = conversation.take(message);
    this.#keep(conversation, [message]);
    // What nobody looks at is on the disk, and need not be in memory for days.
    if (!this.#open.has(conversation.key)) conversation.close();
    if (isNews && message.from !== this.#me) {
      conversation.unread += 1;
      conversation.fresh += 1;
      this.#out.tell({ is: 'news', key: conversation.key, message });
    }
    // Written on another device of this user, who therefore has read what was there.
    if (isNews && message.from === this.#me) conversation.readTo(message.id);
    this.#changed([conversation]);
    this.#show(conversation);
    this.#fill(conversation);
  }

  acknowledged({ clientMsgKey, msgID }, now) {
    const key = clientMsgKey && Array.from(clientMsgKey, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const entry = key && this.outbox.take(key);
    if (!entry) return;
    const conversation = this.#get(entry.conversation);
    const message = { id: msgID, from: this.#me, time: Math.floor(now / 1000), ...contentOf(entry) };
    conversation.take(message);
    this.#keep(conversation, [message]);
    this.#out.keep('outbox', [], [key]);
    this.#changed([conversation]);
    this.#show(conversation);
    this.#fill(conversation);
    this.sendDue(now);
  }

  readElsewhere(notice) { this.#doneElsewhere(notice, (conversation) => conversation.readTo(notice.msgID)); }
  hiddenElsewhere(notice) { this.#doneElsewhere(notice, (conversation) => conversation.hide()); }

  /** On another device. */
  #doneElsewhere(notice, action) {
    const conversation = this.conversations.get(keyIn(notice));
    if (!conversation) return;
    action(conversation);
    this.#changed([conversation]);
  }

  // What the page wants. Where nobody is signed in this comes from a page that has not heard so yet, and what it says
  // is of the user before: the next one would find it.

  /** What was kept of it on this device is shown at once; what is missing is asked for. */
  open(key, kept) {
    if (!this.#me) return;
    const conversation = this.#get(key);
    this.#open.add(key);
    this.#takeKept(conversation, kept);
    if (conversation.first === Infinity) conversation.lookBack();
    this.#show(conversation);
    this.#fill(conversation);
  }

  close(key) {
    this.#open.delete(key);
    this.conversations.get(key)?.close();
  }

  lookBack(key) { return this.#look(key, (conversation) => conversation.lookBack()); }
  lookAhead(key) { return this.#look(key, (conversation) => conversation.lookAhead()); }
  lookAtNewest(key) { return this.#look(key, (conversation) => conversation.lookAtNewest()); }

  /** That message is on the screen; Infinity: the newest. */
  looksAt(key, id) { if (this.#open.has(key)) this.#get(key).place = id; }

  /** Looks further. What is kept on this device of that comes from the disk. */
  async #look(key, further) {
    if (!this.#me) return;
    const conversation = this.#get(key);
    const range = further(conversation);
    if (range) {
      const kept = await this.#out.fetch(key, range.first, range.last);
      // Whoever looked may have closed it, or signed out.
      if (!this.#open.has(key) || this.conversations.get(key) !== conversation) return;
      this.#takeKept(conversation, kept);
    }
    this.#show(conversation);
    this.#fill(conversation);
  }

  /** From the disk of this device, which may know less of people than of what they have said. */
  #takeKept(conversation, kept) {
    for (const message of kept) conversation.take(message);
    this.#out.meet([], kept.map(({ from }) => from));
  }

  /** - content: `{ kind, text, pictures, sound }`, as the outbox has it. */
  write(name, key, content, now) {
    if (!this.#me) return;
    const entry = this.outbox.add(name, key, content, now);
    const conversation = this.#get(key);
    Object.assign(conversation, { time: Math.max(conversation.time, entry.time), isHidden: false });
    if (entry.kind === 'text') conversation.draft = '';
    this.#keepEntry(entry);
    this.#changed([conversation]);
    this.sendDue(now);
    this.#show(conversation);
  }

  retry(name, now) { this.#goOn(this.outbox.retry(name), now); }

  /** A picture is on the server, or why it is not: `{ address }` or `{ fault }`. */
  uploaded(name, result, now) {
    this.#goOn(this.outbox.uploaded(name, result), now);
  }

  discard(name, now) {
    const entry = this.outbox.take(name);
    if (!entry) return;
    if (entry.isUploading) this.#out.effect({ do: 'stopUpload', key: name });
    this.#out.keep('outbox', [], [name]);
    this.sendDue(now);
    this.#show(this.#get(entry.conversation));
  }

  read(key) {
    if (!this.#me) return;
    const conversation = this.#get(key);
    if (conversation.unread === 0 || conversation.last === 0) return;
    conversation.readTo(conversation.last);
    if (this.#out.isOnline()) this.#sendReadMark(conversation);
    this.#changed([conversation]);
  }

  draft(key, text) {
    if (!this.#me) return;
    const conversation = this.#get(key);
    conversation.draft = text;
    this.#changed([conversation]);
  }

  hide(key) {
    if (!this.#me) return;
    const conversation = this.#get(key);
    conversation.hide();
    conversation.draft = '';
    this.#changed([conversation]);
    this.#out.ask('removeSessionReq', { userID: this.#me, ...sessionOf(key) }, () => {});
  }

  /** Sends what is due, for the first time or again. `false`: the server does not take something. */
  sendDue(now) {
    // A server ends the connection of who sends before the login.
    if (!this.#out.isOnline()) return false;
    const { sends, uploads, refused } = this.outbox.due(now);
    for (const picture of uploads) this.#out.effect({ do: 'upload', ...picture });
    for (const entry of sends) {
      const key = Uint8Array.from(entry.key.match(/../g), (digits) => parseInt(digits, 16));
      this.#out.send('msgData', {
        fromUserID: this.#me, toSessionID: numberOf(entry.conversation), msgID: 0, createTime: entry.time,
        clientMsgKey: key, ...packetOf(entry, isGroup(entry.conversation)),
      });
    }
    for (const entry of refused) {
      this.#keepEntry(entry);
      this.#show(this.#get(entry.conversation));
    }
    return sends.length > 0;
  }

  // Inside

  /** Asks for the newest of what is looked at and missing. */
  #fill(conversation) {
    const asked = conversation.missing;
    if (!this.#open.has(conversation.key) || asked === 0 || conversation.isAsking || !this.#out.isOnline()) return;
    conversation.isAsking = true;
    const question = { userID: this.#me, msgIDBegin: asked, msgCnt: pageSize, ...sessionOf(conversation.key) };
    this.#out.ask('getMsgListReq', question, ({ msgList }) => {
      conversation.isAsking = false;
      const messages = msgList.map((info) => readMessage(info, info.fromSessionID));
      conversation.answered(asked, messages);
      this.#keep(conversation, messages);
      this.#changed([conversation]);
      this.#show(conversation);
      this.#fill(conversation);
    });
  }

  #sendReadMark({ key, readMark }) {
    this.#out.send('msgDataReadAck', { userID: this.#me, msgID: readMark, ...sessionOf(key) });
  }

  #show(conversation) {
    if (!this.#open.has(conversation.key)) return;
    conversation.forgetFarthest();
    this.#out.tell({ is: 'messages', key: conversation.key });
  }

  /** What is looked at of a conversation. */
  view(key) { return this.#get(key).view(this.#me, this.outbox.of(key)); }

  #keep({ key }, messages) {
    this.#out.keep('messages', messages.map((message) => ({ conversation: key, ...message })));
    this.#out.meet([key], messages.map(({ from }) => from));
  }

  /** - entry: undefined, if there is no such one any more. */
  #goOn(entry, now) {
    if (!entry) return;
    this.#keepEntry(entry);
    this.sendDue(now);
    this.#show(this.#get(entry.conversation));
  }

  #keepEntry({ attempts, sentAt, isUploading, ...kept }) { this.#out.keep('outbox', [kept]); }

  #changed(conversations) {
    if (conversations.length === 0) return;
    const summaries = conversations.map((conversation) => conversation.summary);
    this.#out.keep('conversations', summaries);
    this.#out.tell({ is: 'conversations', list: summaries });
  }
}
