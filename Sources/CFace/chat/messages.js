// Written by proto-gen from the folder proto. Change a file there, then: swift run proto-gen

export const ServiceID = Object.freeze({
  login: 1,
  buddyList: 2,
  msg: 3,
  group: 4,
  file: 5,
  switchService: 6,
  other: 7,
  internal: 8,
  avcall: 9,
});

export const LoginCmdID = Object.freeze({
  reqMsgserver: 0x0101,
  resMsgserver: 0x0102,
  reqUserlogin: 0x0103,
  resUserlogin: 0x0104,
  reqLoginout: 0x0105,
  resLoginout: 0x0106,
  kickUser: 0x0107,
  reqDevicetoken: 0x0108,
  resDevicetoken: 0x0109,
  reqKickpcclient: 0x010a,
  resKickpcclient: 0x010b,
  reqPushShield: 0x010c,
  resPushShield: 0x010d,
  reqQueryPushShield: 0x010e,
  resQueryPushShield: 0x010f,
  reqRegist: 0x0110,
  resRegist: 0x0111,
  reqBrowser: 0x0112,
  resBrowser: 0x0113,
});

export const BuddyListCmdID = Object.freeze({
  recentContactSessionRequest: 0x0201,
  recentContactSessionResponse: 0x0202,
  statusNotify: 0x0203,
  userInfoRequest: 0x0204,
  userInfoResponse: 0x0205,
  removeSessionReq: 0x0206,
  removeSessionRes: 0x0207,
  allUserRequest: 0x0208,
  allUserResponse: 0x0209,
  usersStatusRequest: 0x020a,
  usersStatusResponse: 0x020b,
  changeAvatarRequest: 0x020c,
  changeAvatarResponse: 0x020d,
  pcLoginStatusNotify: 0x020e,
  removeSessionNotify: 0x020f,
  departmentRequest: 0x0210,
  departmentResponse: 0x0211,
  avatarChangedNotify: 0x0212,
  changeSignInfoRequest: 0x0213,
  changeSignInfoResponse: 0x0214,
  signInfoChangedNotify: 0x0215,
  changeUserInfoRequest: 0x0216,
  changeUserInfoResponse: 0x0217,
  userInfoChangedNotify: 0x0218,
});

export const MessageCmdID = Object.freeze({
  data: 0x0301,
  dataAck: 0x0302,
  readAck: 0x0303,
  readNotify: 0x0304,
  timeRequest: 0x0305,
  timeResponse: 0x0306,
  unreadCntRequest: 0x0307,
  unreadCntResponse: 0x0308,
  listRequest: 0x0309,
  listResponse: 0x030a,
  getLatestMsgIDReq: 0x030b,
  getLatestMsgIDRsp: 0x030c,
  getByMsgIDReq: 0x030d,
  getByMsgIDRes: 0x030e,
});

export const GroupCmdID = Object.freeze({
  normalListRequest: 0x0401,
  normalListResponse: 0x0402,
  infoRequest: 0x0403,
  infoResponse: 0x0404,
  createRequest: 0x0405,
  createResponse: 0x0406,
  changeMemberRequest: 0x0407,
  changeMemberResponse: 0x0408,
  shieldGroupRequest: 0x0409,
  shieldGroupResponse: 0x040a,
  changeMemberNotify: 0x040b,
});

export const FileCmdID = Object.freeze({
  loginReq: 0x0501,
  loginRes: 0x0502,
  state: 0x0503,
  pullDataReq: 0x0504,
  pullDataRsp: 0x0505,
  request: 0x0506,
  response: 0x0507,
  notify: 0x0508,
  hasOfflineReq: 0x0509,
  hasOfflineRes: 0x050a,
  addOfflineReq: 0x050b,
  delOfflineReq: 0x050c,
  accessReq: 0x050d,
  accessRes: 0x050e,
});

export const SwitchServiceCmdID = Object.freeze({
  cidSwitchP2PCmd: 0x0601,
});

export const OtherCmdID = Object.freeze({
  heartbeat: 0x0701,
  stopRecvPacket: 0x0702,
  validateReq: 0x0703,
  validateRsp: 0x0704,
  getDeviceTokenReq: 0x0705,
  getDeviceTokenRsp: 0x0706,
  roleSet: 0x0707,
  onlineUserInfo: 0x0708,
  msgServInfo: 0x0709,
  userStatusUpdate: 0x070a,
  userCntUpdate: 0x070b,
  serverKickUser: 0x070d,
  loginStatusNotify: 0x070e,
  pushToUserReq: 0x070f,
  pushToUserRsp: 0x0710,
  getShieldReq: 0x0711,
  getShieldRsp: 0x0712,
  fileTransferReq: 0x0731,
  fileTransferRsp: 0x0732,
  fileServerIPReq: 0x0733,
  fileServerIPRsp: 0x0734,
});

export const AVCallCmdId = Object.freeze({
  initiateReq: 0x0901,
  initiateRes: 0x0902,
  hungupReq: 0x0903,
  hungupRes: 0x0904,
  cancelReq: 0x0905,
  cancelRes: 0x0906,
  relayReq: 0x0907,
  relayRes: 0x0908,
  logReq: 0x0909,
  logRes: 0x090a,
});

export const ResultType = Object.freeze({
  reasonNone: 0,
  noMsgServer: 1,
  msgServerFull: 2,
  noDBServer: 3,
  noLoginServer: 4,
  noRouteServer: 5,
  dbValidateFailed: 6,
  versionTooOld: 7,
});

export const KickReasonType = Object.freeze({
  duplicateUser: 1,
  mobileKick: 2,
});

export const OnlineListType = Object.freeze({
  onlineListTypeFriendList: 1,
});

export const UserStatType = Object.freeze({
  online: 1,
  offline: 2,
  leave: 3,
});

export const SessionType = Object.freeze({
  single: 1,
  group: 2,
});

export const MsgType = Object.freeze({
  singleText: 0x01,
  singleAudio: 0x02,
  groupText: 0x11,
  groupAudio: 0x12,
});

export const ClientType = Object.freeze({
  windows: 0x01,
  mac: 0x02,
  ios: 0x11,
  android: 0x12,
});

export const GroupType = Object.freeze({
  normal: 1,
  tmp: 2,
});

export const GroupModifyType = Object.freeze({
  add: 1,
  del: 2,
});

export const TransferFileType = Object.freeze({
  online: 1,
  offline: 2,
});

export const ClientFileState = Object.freeze({
  peerReady: 0,
  cancel: 1,
  refuse: 2,
  done: 3,
});

export const ClientFileRole = Object.freeze({
  realtimeSender: 1,
  realtimeRecver: 2,
  offlineUpload: 3,
  offlineDownload: 4,
});

export const FileServerError = Object.freeze({
  ok: 0,
  createTaskIDError: 1,
  createTaskError: 2,
  loginInvalidToken: 3,
  invalidUserForTask: 4,
  pullDataWithInvalidTaskID: 5,
  pullDataIllieageUser: 6,
  pullDataMkdirError: 7,
  pullDataOpenFileError: 8,
  pullDataReadFileHeaderError: 9,
  pullDataAllocMemError: 10,
  pullDataSeekOffsetError: 11,
  pullDataFinished: 12,
});

export const SessionStatusType = Object.freeze({
  ok: 0,
  delete: 1,
});

export const DepartmentStatusType = Object.freeze({
  ok: 0,
  delete: 1,
});

export const IpAddr = {
  ip: [1, 'text', 'required'],
  port: [2, 'number', 'required'],
};

export const UserInfo = {
  userID: [1, 'number', 'required'],
  userGender: [2, 'number', 'required'],
  userNickName: [3, 'text', 'required'],
  avatarURL: [4, 'text', 'required'],
  departmentID: [5, 'number', 'required'],
  email: [6, 'text', 'required'],
  userRealName: [7, 'text', 'required'],
  userTel: [8, 'text', 'required'],
  userDomain: [9, 'text', 'required'],
  status: [10, 'number', 'required'],
  signInfo: [11, 'text', 'optional'],
};

export const ContactSessionInfo = {
  sessionID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionStatus: [3, 'number', 'required'],
  updatedTime: [4, 'number', 'required'],
  latestMsgID: [5, 'number', 'required'],
  latestMsgData: [6, 'bytes', 'required'],
  latestMsgType: [7, 'number', 'required'],
  latestMsgFromUserID: [8, 'number', 'required'],
};

export const UserStat = {
  userID: [1, 'number', 'required'],
  status: [2, 'number', 'required'],
};

export const ServerUserStat = {
  userID: [1, 'number', 'required'],
  status: [2, 'number', 'required'],
  clientType: [3, 'number', 'required'],
};

export const UnreadInfo = {
  sessionID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  unreadCnt: [3, 'number', 'required'],
  latestMsgID: [4, 'number', 'required'],
  latestMsgData: [5, 'bytes', 'required'],
  latestMsgType: [6, 'number', 'required'],
  latestMsgFromUserID: [7, 'number', 'required'],
};

export const MsgInfo = {
  msgID: [1, 'number', 'required'],
  fromSessionID: [2, 'number', 'required'],
  createTime: [3, 'number', 'required'],
  msgType: [4, 'number', 'required'],
  msgData: [5, 'bytes', 'required'],
};

export const GroupVersionInfo = {
  groupID: [1, 'number', 'required'],
  version: [2, 'number', 'required'],
};

export const GroupInfo = {
  groupID: [1, 'number', 'required'],
  version: [2, 'number', 'required'],
  groupName: [3, 'text', 'required'],
  groupAvatar: [4, 'text', 'required'],
  groupCreatorID: [5, 'number', 'required'],
  groupType: [6, 'number', 'required'],
  shieldStatus: [7, 'number', 'required'],
  groupMemberList: [8, 'number', 'repeated'],
};

export const UserTokenInfo = {
  userID: [1, 'number', 'required'],
  userType: [2, 'number', 'required'],
  token: [3, 'text', 'required'],
  pushCount: [4, 'number', 'required'],
  pushType: [5, 'number', 'required'],
};

export const PushResult = {
  userToken: [1, 'text', 'required'],
  resultCode: [2, 'number', 'required'],
};

export const ShieldStatus = {
  userID: [1, 'number', 'required'],
  groupID: [2, 'number', 'required'],
  shieldStatus: [3, 'number', 'required'],
};

export const OfflineFileInfo = {
  fromUserID: [1, 'number', 'required'],
  taskID: [2, 'text', 'required'],
  fileName: [3, 'text', 'required'],
  fileSize: [4, 'number', 'required'],
  expiresAt: [30, 'number', 'optional'],
};

export const DepartInfo = {
  deptID: [1, 'number', 'required'],
  priority: [2, 'number', 'required'],
  deptName: [3, 'text', 'required'],
  parentDeptID: [4, 'number', 'required'],
  deptStatus: [5, 'number', 'required'],
};

export const PushShieldStatus = {
  userID: [1, 'number', 'required'],
  shieldStatus: [2, 'number', 'required'],
};

export const IMRecentContactSessionReq = {
  userID: [1, 'number', 'required'],
  latestUpdateTime: [2, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMRecentContactSessionRsp = {
  userID: [1, 'number', 'required'],
  contactSessionList: [2, () => ContactSessionInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMUserStatNotify = {
  userStat: [1, () => UserStat, 'required'],
};

export const IMUsersInfoReq = {
  userID: [1, 'number', 'required'],
  userIDList: [2, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMUsersInfoRsp = {
  userID: [1, 'number', 'required'],
  userInfoList: [2, () => UserInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMRemoveSessionReq = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMRemoveSessionRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  sessionType: [3, 'number', 'required'],
  sessionID: [4, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAllUserReq = {
  userID: [1, 'number', 'required'],
  latestUpdateTime: [2, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAllUserRsp = {
  userID: [1, 'number', 'required'],
  latestUpdateTime: [2, 'number', 'required'],
  userList: [3, () => UserInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMUsersStatReq = {
  userID: [1, 'number', 'required'],
  userIDList: [2, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMUsersStatRsp = {
  userID: [1, 'number', 'required'],
  userStatList: [2, () => UserStat, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMChangeAvatarReq = {
  userID: [1, 'number', 'required'],
  avatarURL: [2, 'text', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMChangeAvatarRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMPCLoginStatusNotify = {
  userID: [1, 'number', 'required'],
  loginStat: [2, 'number', 'required'],
};

export const IMRemoveSessionNotify = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
};

export const IMDepartmentReq = {
  userID: [1, 'number', 'required'],
  latestUpdateTime: [2, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMDepartmentRsp = {
  userID: [1, 'number', 'required'],
  latestUpdateTime: [2, 'number', 'required'],
  deptList: [3, () => DepartInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAvatarChangedNotify = {
  changedUserID: [1, 'number', 'required'],
  avatarURL: [2, 'text', 'required'],
};

export const IMChangeSignInfoReq = {
  userID: [1, 'number', 'required'],
  signInfo: [2, 'text', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMChangeSignInfoRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  signInfo: [3, 'text', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMSignInfoChangedNotify = {
  changedUserID: [1, 'number', 'required'],
  signInfo: [2, 'text', 'required'],
};

export const IMChangeUserInfoReq = {
  userID: [1, 'long', 'required'],
  telephoneNum: [2, 'text', 'optional'],
  emailAddress: [3, 'text', 'optional'],
  signInfo: [4, 'text', 'optional'],
  avatarURL: [5, 'text', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMChangeUserInfoRsp = {
  userID: [1, 'long', 'required'],
  resultCode: [2, 'number', 'required'],
  telephoneNum: [3, 'text', 'optional'],
  emailAddress: [4, 'text', 'optional'],
  signInfo: [5, 'text', 'optional'],
  avatarURL: [6, 'text', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMUserInfoChangedNotify = {
  changedUserID: [1, 'long', 'required'],
  resultCode: [2, 'number', 'required'],
  telephoneNum: [3, 'text', 'optional'],
  emailAddress: [4, 'text', 'optional'],
  signInfo: [5, 'text', 'optional'],
  avatarURL: [6, 'text', 'optional'],
};

export const IMFileLoginReq = {
  userID: [1, 'number', 'required'],
  taskID: [2, 'text', 'required'],
  fileRole: [3, 'number', 'required'],
};

export const IMFileLoginRsp = {
  resultCode: [1, 'number', 'required'],
  taskID: [2, 'text', 'required'],
};

export const IMFileState = {
  state: [1, 'number', 'required'],
  taskID: [2, 'text', 'required'],
  userID: [3, 'number', 'required'],
};

export const IMFilePullDataReq = {
  taskID: [1, 'text', 'required'],
  userID: [2, 'number', 'required'],
  transMode: [3, 'number', 'required'],
  offset: [4, 'number', 'required'],
  dataSize: [5, 'number', 'required'],
};

export const IMFilePullDataRsp = {
  resultCode: [1, 'number', 'required'],
  taskID: [2, 'text', 'required'],
  userID: [3, 'number', 'required'],
  offset: [4, 'number', 'required'],
  fileData: [5, 'bytes', 'required'],
};

export const IMFileReq = {
  fromUserID: [1, 'number', 'required'],
  toUserID: [2, 'number', 'required'],
  fileName: [3, 'text', 'required'],
  fileSize: [4, 'number', 'required'],
  transMode: [5, 'number', 'required'],
};

export const IMFileRsp = {
  resultCode: [1, 'number', 'required'],
  fromUserID: [2, 'number', 'required'],
  toUserID: [3, 'number', 'required'],
  fileName: [4, 'text', 'required'],
  taskID: [5, 'text', 'required'],
  ipAddrList: [6, () => IpAddr, 'repeated'],
  transMode: [7, 'number', 'required'],
  refusal: [30, 'number', 'optional'],
};

export const IMFileNotify = {
  fromUserID: [1, 'number', 'required'],
  toUserID: [2, 'number', 'required'],
  fileName: [3, 'text', 'required'],
  fileSize: [4, 'number', 'required'],
  taskID: [5, 'text', 'required'],
  ipAddrList: [6, () => IpAddr, 'repeated'],
  transMode: [7, 'number', 'required'],
  offlineReady: [8, 'number', 'required'],
};

export const IMFileHasOfflineReq = {
  userID: [1, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMFileHasOfflineRsp = {
  userID: [1, 'number', 'required'],
  offlineFileList: [2, () => OfflineFileInfo, 'repeated'],
  ipAddrList: [3, () => IpAddr, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMFileAddOfflineReq = {
  fromUserID: [1, 'number', 'required'],
  toUserID: [2, 'number', 'required'],
  taskID: [3, 'text', 'required'],
  fileName: [4, 'text', 'required'],
  fileSize: [5, 'number', 'required'],
};

export const IMFileDelOfflineReq = {
  fromUserID: [1, 'number', 'required'],
  toUserID: [2, 'number', 'required'],
  taskID: [3, 'text', 'required'],
};

export const IMFileAccessReq = {
  userID: [1, 'number', 'required'],
  taskID: [2, 'text', 'optional'],
};

export const IMFileAccessRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  taskID: [3, 'text', 'optional'],
  token: [4, 'text', 'optional'],
  tokenLife: [5, 'number', 'optional'],
  url: [6, 'text', 'optional'],
  maxFileSize: [7, 'number', 'optional'],
  maxNameSize: [8, 'number', 'optional'],
  life: [9, 'number', 'optional'],
  partSize: [10, 'number', 'optional'],
  maxPictureSize: [11, 'number', 'optional'],
  pictureToken: [12, 'text', 'optional'],
};

export const IMNormalGroupListReq = {
  userID: [1, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMNormalGroupListRsp = {
  userID: [1, 'number', 'required'],
  groupVersionList: [2, () => GroupVersionInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupInfoListReq = {
  userID: [1, 'number', 'required'],
  groupVersionList: [2, () => GroupVersionInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupInfoListRsp = {
  userID: [1, 'number', 'required'],
  groupInfoList: [2, () => GroupInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupCreateReq = {
  userID: [1, 'number', 'required'],
  groupType: [2, 'number', 'required'],
  groupName: [3, 'text', 'required'],
  groupAvatar: [4, 'text', 'required'],
  memberIDList: [5, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupCreateRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  groupID: [3, 'number', 'optional'],
  groupName: [4, 'text', 'required'],
  userIDList: [5, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupChangeMemberReq = {
  userID: [1, 'number', 'required'],
  changeType: [2, 'number', 'required'],
  groupID: [3, 'number', 'required'],
  memberIDList: [4, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupChangeMemberRsp = {
  userID: [1, 'number', 'required'],
  changeType: [2, 'number', 'required'],
  resultCode: [3, 'number', 'required'],
  groupID: [4, 'number', 'required'],
  curUserIDList: [5, 'number', 'repeated'],
  chgUserIDList: [6, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupShieldReq = {
  userID: [1, 'number', 'required'],
  groupID: [2, 'number', 'required'],
  shieldStatus: [3, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupShieldRsp = {
  userID: [1, 'number', 'required'],
  groupID: [2, 'number', 'required'],
  resultCode: [3, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGroupChangeMemberNotify = {
  userID: [1, 'number', 'required'],
  changeType: [2, 'number', 'required'],
  groupID: [3, 'number', 'required'],
  curUserIDList: [4, 'number', 'repeated'],
  chgUserIDList: [5, 'number', 'repeated'],
};

export const IMMsgServReq = {};

export const IMMsgServRsp = {
  resultCode: [1, 'number', 'required'],
  priorIP: [2, 'text', 'optional'],
  backipIP: [3, 'text', 'optional'],
  port: [4, 'number', 'optional'],
};

export const IMLoginReq = {
  userName: [1, 'text', 'required'],
  password: [2, 'text', 'required'],
  onlineStatus: [3, 'number', 'required'],
  clientType: [4, 'number', 'required'],
  clientVersion: [5, 'text', 'optional'],
  sessionToken: [30, 'bytes', 'optional'],
};

export const IMLoginRes = {
  serverTime: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  resultString: [3, 'text', 'optional'],
  onlineStatus: [4, 'number', 'optional'],
  userInfo: [5, () => UserInfo, 'optional'],
  sessionToken: [30, 'bytes', 'optional'],
};

export const IMLogoutReq = {};

export const IMLogoutRsp = {
  resultCode: [1, 'number', 'required'],
};

export const IMKickUser = {
  userID: [1, 'number', 'required'],
  kickReason: [2, 'number', 'required'],
};

export const IMDeviceTokenReq = {
  userID: [1, 'number', 'required'],
  deviceToken: [2, 'text', 'required'],
  clientType: [3, 'number', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMDeviceTokenRsp = {
  userID: [1, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMKickPCClientReq = {
  userID: [1, 'number', 'required'],
};

export const IMKickPCClientRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
};

export const IMPushShieldReq = {
  userID: [1, 'number', 'required'],
  shieldStatus: [2, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMPushShieldRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  shieldStatus: [3, 'number', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMQueryPushShieldReq = {
  userID: [1, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMQueryPushShieldRsp = {
  userID: [1, 'number', 'required'],
  resultCode: [2, 'number', 'required'],
  shieldStatus: [3, 'number', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMRegistReq = {
  userName: [1, 'text', 'required'],
  password: [2, 'text', 'required'],
  sex: [3, 'number', 'optional'],
  nick: [4, 'text', 'optional'],
  avatar: [5, 'text', 'optional'],
  phone: [6, 'text', 'optional'],
  email: [7, 'text', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMRegistRes = {
  userName: [1, 'text', 'required'],
  resultCode: [2, 'number', 'required'],
  resultString: [3, 'text', 'optional'],
  userID: [4, 'number', 'optional'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMBrowserReq = {
  endpoint: [1, 'text', 'optional'],
  publicKey: [2, 'bytes', 'optional'],
  secret: [3, 'bytes', 'optional'],
  ends: [4, 'number', 'optional'],
};

export const IMBrowserRsp = {
  resultCode: [1, 'number', 'required'],
  serverKey: [2, 'bytes', 'optional'],
};

export const IMMsgData = {
  fromUserID: [1, 'number', 'required'],
  toSessionID: [2, 'number', 'required'],
  msgID: [3, 'number', 'required'],
  createTime: [4, 'number', 'required'],
  msgType: [5, 'number', 'required'],
  msgData: [6, 'bytes', 'required'],
  attachData: [20, 'bytes', 'optional'],
  clientMsgKey: [30, 'bytes', 'optional'],
};

export const IMMsgDataAck = {
  userID: [1, 'number', 'required'],
  sessionID: [2, 'number', 'required'],
  msgID: [3, 'number', 'required'],
  sessionType: [4, 'number', 'required'],
  clientMsgKey: [30, 'bytes', 'optional'],
};

export const IMMsgDataReadAck = {
  userID: [1, 'number', 'required'],
  sessionID: [2, 'number', 'required'],
  msgID: [3, 'number', 'required'],
  sessionType: [4, 'number', 'required'],
};

export const IMMsgDataReadNotify = {
  userID: [1, 'number', 'required'],
  sessionID: [2, 'number', 'required'],
  msgID: [3, 'number', 'required'],
  sessionType: [4, 'number', 'required'],
};

export const IMClientTimeReq = {};

export const IMClientTimeRsp = {
  serverTime: [1, 'number', 'required'],
};

export const IMUnreadMsgCntReq = {
  userID: [1, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMUnreadMsgCntRsp = {
  userID: [1, 'number', 'required'],
  totalCnt: [2, 'number', 'required'],
  unreadinfoList: [3, () => UnreadInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGetMsgListReq = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  msgIDBegin: [4, 'number', 'required'],
  msgCnt: [5, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGetMsgListRsp = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  msgIDBegin: [4, 'number', 'required'],
  msgList: [5, () => MsgInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGetLatestMsgIdReq = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGetLatestMsgIdRsp = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  latestMsgID: [4, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGetMsgByIdReq = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  msgIDList: [4, 'number', 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMGetMsgByIdRsp = {
  userID: [1, 'number', 'required'],
  sessionType: [2, 'number', 'required'],
  sessionID: [3, 'number', 'required'],
  msgList: [4, () => MsgInfo, 'repeated'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMHeartBeat = {};

export const IMP2PCmdMsg = {
  fromUserID: [1, 'number', 'required'],
  toUserID: [2, 'number', 'required'],
  cmdMsgData: [3, 'text', 'required'],
};

export const IMAVCallInitiateReq = {
  fromID: [1, 'long', 'required'],
  toID: [2, 'long', 'required'],
  callID: [3, 'long', 'required'],
  callerClientType: [4, 'number', 'required'],
  body: [5, 'bytes', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAVCallInitiateRes = {
  fromID: [1, 'long', 'required'],
  toID: [2, 'long', 'required'],
  callID: [3, 'long', 'required'],
  calledClientType: [4, 'number', 'required'],
  code: [5, 'number', 'required'],
  reason: [6, 'text', 'required'],
  body: [7, 'bytes', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAVCallHungUpReq = {
  fromID: [1, 'long', 'required'],
  toID: [2, 'long', 'required'],
  callID: [3, 'long', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAVCallHungUpRes = {
  fromID: [1, 'long', 'required'],
  toID: [2, 'long', 'required'],
  callID: [3, 'long', 'required'],
  code: [4, 'number', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAVCallCancelReq = {
  fromID: [1, 'long', 'required'],
  toID: [2, 'long', 'required'],
  callID: [3, 'long', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAVCallCancelRes = {
  fromID: [1, 'number', 'required'],
  toID: [2, 'number', 'required'],
  callID: [3, 'long', 'required'],
  attachData: [20, 'bytes', 'optional'],
};

export const IMAVCallRelayReq = {
  userID: [1, 'number', 'required'],
};

export const IMAVCallRelayRes = {
  userID: [1, 'number', 'required'],
  urls: [2, 'text', 'repeated'],
  username: [3, 'text', 'optional'],
  password: [4, 'text', 'optional'],
  lifetime: [5, 'number', 'optional'],
};

export const IMAVCallLogReq = {
  userID: [1, 'number', 'required'],
  before: [2, 'long', 'required'],
  limit: [3, 'number', 'required'],
};

export const IMAVCallLogEntry = {
  number: [1, 'long', 'required'],
  fromID: [2, 'number', 'required'],
  toID: [3, 'number', 'required'],
  isVideo: [4, 'number', 'required'],
  began: [5, 'long', 'required'],
  answered: [6, 'long', 'optional'],
  ended: [7, 'long', 'optional'],
  outcome: [8, 'number', 'optional'],
};

export const IMAVCallLogRes = {
  userID: [1, 'number', 'required'],
  calls: [2, () => IMAVCallLogEntry, 'repeated'],
};
