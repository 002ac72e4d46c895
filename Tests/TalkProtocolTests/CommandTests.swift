import TalkProtocol
import Testing

@Suite struct CommandTests {
    /// Written by hand there, in proto/ here: one must not have what the other lacks.
    @Test func commandsAreThoseOfTheProtoFiles() {
        let declared = [
            LoginCmdID.allCases.map(\.rawValue), BuddyListCmdID.allCases.map(\.rawValue),
            MessageCmdID.allCases.map(\.rawValue), GroupCmdID.allCases.map(\.rawValue),
            FileCmdID.allCases.map(\.rawValue), SwitchServiceCmdID.allCases.map(\.rawValue),
            OtherCmdID.allCases.map(\.rawValue), AVCallCmdId.allCases.map(\.rawValue),
        ].joined()
        #expect(Command.allCases.map { UInt32($0.rawValue) } == Array(declared))
        let services = Set(ServiceID.allCases.map { UInt16($0.rawValue) })
        #expect(Command.allCases.allSatisfy { services.contains($0.service) })
    }

    /// B08.
    @Test func theServiceHasToMatch() {
        #expect(Command(service: 3, command: 0x0301) == .msgData)
        #expect(Command(service: 2, command: 0x0301) == nil)
        #expect(Command(service: 0, command: 0x0301) == nil)
        #expect(Command(service: 7, command: 0x070C) == nil)
        #expect(Command(service: 0xFFFF, command: 0xFFFF) == nil)
        for command in Command.allCases {
            #expect(Command(service: command.service, command: command.rawValue) == command)
        }
    }

    /// B09: what servers said to each other, and what only servers say.
    @Test func clientsMayNotSpeakAsServers() {
        for command in Command.allCases where command.service == 7 && command != .heartBeat {
            #expect(command.directions == [])
        }
        let answers: [Command] = [.loginRes, .kickUser, .userStatNotify, .msgDataReadNotify, .getMsgListRsp]
        for command in answers {
            #expect(command.directions == .toClient)
        }
        #expect(Command.loginReq.directions == .toServer)
        #expect(Command.msgData.directions == [.toServer, .toClient])
        #expect(Command.filePullDataReq.directions == [.toFileServer, .fromFileServer])
        #expect(Command.heartBeat.directions.isSuperset(of: [.toServer, .toFileServer]))
    }
}
