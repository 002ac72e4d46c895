// Small commands from one user to another, of which nothing is stored: a window that shakes, somebody who is writing.

const shakes = 1;
const writes = 2;
const isWriting = 0x20001;

/** The message of one. */
export const packHint = (service, number, content) =>
  JSON.stringify({ service_id: service, cmd_id: service * 0x10000 + number, content });

/** Tells pages of one. */
export function readHint({ fromUserID: from, cmdMsgData }, tell) {
  try {
    const { service_id: service, cmd_id: command } = JSON.parse(cmdMsgData);
    if (service === shakes) tell({ is: 'shake', from });
    else if (service === writes) tell({ is: 'typing', from, isTyping: command === isWriting });
  } catch {
    // Clients of others may write what they like there.
  }
}
