// Packets: 16 bytes of header, then one message. A WebSocket message is one packet.

import { decode, encode } from './protobuf.js';
import * as messages from './messages.js';

const headerSize = 16;
const version = 1;

/** What the page sends and takes: the number of a command, and what it carries. */
const commands = {
  loginReq: [0x0103, messages.IMLoginReq],
  loginRes: [0x0104, messages.IMLoginRes],
  logoutReq: [0x0105, messages.IMLogoutReq],
  logoutRsp: [0x0106, messages.IMLogoutRsp],
  kickUser: [0x0107, messages.IMKickUser],
  browserReq: [0x0112, messages.IMBrowserReq],
  browserRsp: [0x0113, messages.IMBrowserRsp],
  recentContactSessionReq: [0x0201, messages.IMRecentContactSessionReq],
  recentContactSessionRsp: [0x0202, messages.IMRecentContactSessionRsp],
  userStatNotify: [0x0203, messages.IMUserStatNotify],
  usersInfoReq: [0x0204, messages.IMUsersInfoReq],
  usersInfoRsp: [0x0205, messages.IMUsersInfoRsp],
  removeSessionReq: [0x0206, messages.IMRemoveSessionReq],
  removeSessionRsp: [0x0207, messages.IMRemoveSessionRsp],
  allUserReq: [0x0208, messages.IMAllUserReq],
  allUserRsp: [0x0209, messages.IMAllUserRsp],
  usersStatReq: [0x020a, messages.IMUsersStatReq],
  usersStatRsp: [0x020b, messages.IMUsersStatRsp],
  removeSessionNotify: [0x020f, messages.IMRemoveSessionNotify],
  departmentReq: [0x0210, messages.IMDepartmentReq],
  departmentRsp: [0x0211, messages.IMDepartmentRsp],
  changeAvatarReq: [0x020c, messages.IMChangeAvatarReq],
  changeAvatarRsp: [0x020d, messages.IMChangeAvatarRsp],
  avatarChangedNotify: [0x0212, messages.IMAvatarChangedNotify],
  changeSignInfoReq: [0x0213, messages.IMChangeSignInfoReq],
  changeSignInfoRsp: [0x0214, messages.IMChangeSignInfoRsp],
  signInfoChangedNotify: [0x0215, messages.IMSignInfoChangedNotify],
  changeUserInfoReq: [0x0216, messages.IMChangeUserInfoReq],
  changeUserInfoRsp: [0x0217, messages.IMChangeUserInfoRsp],
  userInfoChangedNotify: [0x0218, messages.IMUserInfoChangedNotify],
  msgData: [0x0301, messages.IMMsgData],
  msgDataAck: [0x0302, messages.IMMsgDataAck],
  msgDataReadAck: [0x0303, messages.IMMsgDataReadAck],
  msgDataReadNotify: [0x0304, messages.IMMsgDataReadNotify],
  unreadMsgCntReq: [0x0307, messages.IMUnreadMsgCntReq],
  unreadMsgCntRsp: [0x0308, messages.IMUnreadMsgCntRsp],
  getMsgListReq: [0x0309, messages.IMGetMsgListReq],
  getMsgListRsp: [0x030a, messages.IMGetMsgListRsp],
  getLatestMsgIdReq: [0x030b, messages.IMGetLatestMsgIdReq],
  getLatestMsgIdRsp: [0x030c, messages.IMGetLatestMsgIdRsp],
  getMsgByIdReq: [0x030d, messages.IMGetMsgByIdReq],
  getMsgByIdRsp: [0x030e, messages.IMGetMsgByIdRsp],
  normalGroupListReq: [0x0401, messages.IMNormalGroupListReq],
  normalGroupListRsp: [0x0402, messages.IMNormalGroupListRsp],
  groupInfoListReq: [0x0403, messages.IMGroupInfoListReq],
  groupInfoListRsp: [0x0404, messages.IMGroupInfoListRsp],
  groupCreateReq: [0x0405, messages.IMGroupCreateReq],
  groupCreateRsp: [0x0406, messages.IMGroupCreateRsp],
  groupChangeMemberReq: [0x0407, messages.IMGroupChangeMemberReq],
  groupChangeMemberRsp: [0x0408, messages.IMGroupChangeMemberRsp],
  groupShieldReq: [0x0409, messages.IMGroupShieldReq],
  groupShieldRsp: [0x040a, messages.IMGroupShieldRsp],
  groupChangeMemberNotify: [0x040b, messages.IMGroupChangeMemberNotify],
  fileReq: [0x0506, messages.IMFileReq],
  fileRsp: [0x0507, messages.IMFileRsp],
  fileNotify: [0x0508, messages.IMFileNotify],
  fileHasOfflineReq: [0x0509, messages.IMFileHasOfflineReq],
  fileHasOfflineRsp: [0x050a, messages.IMFileHasOfflineRsp],
  fileAddOfflineReq: [0x050b, messages.IMFileAddOfflineReq],
  fileDelOfflineReq: [0x050c, messages.IMFileDelOfflineReq],
  fileAccessReq: [0x050d, messages.IMFileAccessReq],
  fileAccessRsp: [0x050e, messages.IMFileAccessRsp],
  p2pCmd: [0x0601, messages.IMP2PCmdMsg],
  avCallInitiateReq: [0x0901, messages.IMAVCallInitiateReq],
  avCallInitiateRes: [0x0902, messages.IMAVCallInitiateRes],
  avCallHungUpReq: [0x0903, messages.IMAVCallHungUpReq],
  avCallHungUpRes: [0x0904, messages.IMAVCallHungUpRes],
  avCallCancelReq: [0x0905, messages.IMAVCallCancelReq],
  avCallCancelRes: [0x0906, messages.IMAVCallCancelRes],
  avCallRelayReq: [0x0907, messages.IMAVCallRelayReq],
  avCallRelayRes: [0x0908, messages.IMAVCallRelayRes],
  avCallLogReq: [0x0909, messages.IMAVCallLogReq],
  avCallLogRes: [0x090a, messages.IMAVCallLogRes],
  heartBeat: [0x0701, messages.IMHeartBeat],
};

const names = new Map(Object.entries(commands).map(([name, [number]]) => [number, name]));

/** - sequence: 1 to 32767, to know the answer by. */
export function pack(name, sequence, message = {}) {
  const [number, schema] = commands[name];
  const body = encode(schema, message);
  const bytes = new Uint8Array(headerSize + body.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, bytes.length);
  header.setUint16(4, version);
  header.setUint16(8, number >> 8);
  header.setUint16(10, number);
  header.setUint16(12, sequence);
  bytes.set(body, headerSize);
  return bytes;
}

/** `{ name, sequence, message }`; null: of a kind that the page does not know. Throws where it cannot be read. */
export function unpack(bytes) {
  if (bytes.length < headerSize) throw new RangeError('A packet is shorter than its header.');
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.getUint32(0) !== bytes.length) throw new RangeError('A packet has not the length that it names.');
  const name = names.get(header.getUint16(10));
  if (!name) return null;
  return { name, sequence: header.getUint16(12), message: decode(commands[name][1], bytes.subarray(headerSize)) };
}
