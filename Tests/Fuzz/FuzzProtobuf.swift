import Primitives
import Protobuf
import TalkProtocol

/// The first byte chooses a message, the rest is its encoding.
///
/// Beyond surviving: what was read is written in the length that was announced, and reads as the same message again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProtobuf(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    messageTypes[Int(choice) % messageTypes.count].check(input.rawBytes.extracting(droppingFirst: 1))
    return 0
}

extension ProtoMessage {
    fileprivate static func check(_ bytes: RawSpan) {
        guard let message = try? Self(reading: bytes) else { return }
        var writer = ByteWriter()
        message.write(into: &writer)
        precondition(writer.count == message.byteCount, "\(Self.self) announces \(message.byteCount)")
        guard let copy = try? Self(reading: writer.bytes) else {
            preconditionFailure("\(Self.self) does not read what it has written")
        }
        precondition(copy == message, "\(Self.self) comes back changed")
    }
}

private let messageTypes: [any ProtoMessage.Type] = [
    IMMsgServReq.self, IMMsgServRsp.self, IMLoginReq.self, IMLoginRes.self, IMLogoutReq.self, IMLogoutRsp.self,
    IMKickUser.self, IMDeviceTokenReq.self, IMDeviceTokenRsp.self, IMKickPCClientReq.self, IMKickPCClientRsp.self,
    IMBrowserReq.self, IMBrowserRsp.self,
    IMPushShieldReq.self, IMPushShieldRsp.self, IMQueryPushShieldReq.self, IMQueryPushShieldRsp.self,
    IMRegistReq.self, IMRegistRes.self, IMRecentContactSessionReq.self, IMRecentContactSessionRsp.self,
    IMUserStatNotify.self, IMUsersInfoReq.self, IMUsersInfoRsp.self, IMRemoveSessionReq.self,
    IMRemoveSessionRsp.self, IMAllUserReq.self, IMAllUserRsp.self, IMUsersStatReq.self, IMUsersStatRsp.self,
    IMChangeAvatarReq.self, IMChangeAvatarRsp.self, IMPCLoginStatusNotify.self, IMRemoveSessionNotify.self,
    IMDepartmentReq.self, IMDepartmentRsp.self, IMAvatarChangedNotify.self, IMChangeSignInfoReq.self,
    IMChangeSignInfoRsp.self, IMSignInfoChangedNotify.self, IMChangeUserInfoReq.self, IMChangeUserInfoRsp.self,
    IMUserInfoChangedNotify.self, IMMsgData.self, IMMsgDataAck.self, IMMsgDataReadAck.self,
    IMMsgDataReadNotify.self, IMClientTimeReq.self, IMClientTimeRsp.self, IMUnreadMsgCntReq.self,
    IMUnreadMsgCntRsp.self, IMGetMsgListReq.self, IMGetMsgListRsp.self, IMGetLatestMsgIdReq.self,
    IMGetLatestMsgIdRsp.self, IMGetMsgByIdReq.self, IMGetMsgByIdRsp.self, IMNormalGroupListReq.self,
    IMNormalGroupListRsp.self, IMGroupInfoListReq.self, IMGroupInfoListRsp.self, IMGroupCreateReq.self,
    IMGroupCreateRsp.self, IMGroupChangeMemberReq.self, IMGroupChangeMemberRsp.self, IMGroupShieldReq.self,
    IMGroupShieldRsp.self, IMGroupChangeMemberNotify.self, IMFileLoginReq.self, IMFileLoginRsp.self,
    IMFileState.self, IMFilePullDataReq.self, IMFilePullDataRsp.self, IMFileReq.self, IMFileRsp.self,
    IMFileNotify.self, IMFileHasOfflineReq.self, IMFileHasOfflineRsp.self, IMFileAddOfflineReq.self,
    IMFileAccessReq.self, IMFileAccessRsp.self,
    IMFileDelOfflineReq.self, IMP2PCmdMsg.self, IMHeartBeat.self, IMStopReceivePacket.self, IMValidateReq.self,
    IMValidateRsp.self, IMGetDeviceTokenReq.self, IMGetDeviceTokenRsp.self, IMRoleSet.self, IMOnlineUserInfo.self,
    IMMsgServInfo.self, IMUserStatusUpdate.self, IMUserCntUpdate.self, IMServerKickUser.self,
    IMServerPCLoginStatusNotify.self, IMPushToUserReq.self, IMPushToUserRsp.self, IMGroupGetShieldReq.self,
    IMGroupGetShieldRsp.self, IMFileTransferReq.self, IMFileTransferRsp.self, IMFileServerIPReq.self,
    IMFileServerIPRsp.self, IMAVCallInitiateReq.self, IMAVCallInitiateRes.self, IMAVCallHungUpReq.self,
    IMAVCallHungUpRes.self, IMAVCallCancelReq.self, IMAVCallCancelRes.self, IMAVCallRelayReq.self,
    IMAVCallRelayRes.self, IMAVCallLogReq.self, IMAVCallLogEntry.self,
    IMAVCallLogRes.self,
]
