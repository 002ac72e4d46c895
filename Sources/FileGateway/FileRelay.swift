import TalkProtocol

/// A file that goes straight from its sender to its receiver, who are both here: the receiver asks, the sender answers.
/// A core; `Side` names a connection.
struct FileRelay<Side: Equatable> {
    enum Fault: Error, Equatable {
        /// It is not this side's to say, or nobody asked.
        case outOfTurn
        /// More is asked for at once than anybody needs.
        case tooMuch
    }

    private struct Question {
        let sequence: UInt16
        let offset: UInt32
        let byteCount: UInt32
    }

    /// Pieces that may be asked for and not answered.
    static var maxQuestions: Int { 16 }
    /// Bytes of a piece.
    static var maxPieceBytes: UInt32 { 64 << 10 }

    let byteCount: Int
    private(set) var sender: Side?
    private(set) var receiver: Side?
    private var questions: [Question] = []

    init(byteCount: Int) {
        self.byteCount = byteCount
    }

    /// Both are here.
    var isOpen: Bool { sender != nil && receiver != nil }

    /// The side opposite.
    func peer(of side: Side) -> Side? { side == sender ? receiver : side == receiver ? sender : nil }

    /// One of them comes; `false`: his place is taken.
    mutating func join(_ side: Side, as role: ClientFileRole) -> Bool {
        switch role {
        case .realtimeSender where sender == nil: sender = side
        case .realtimeRecver where receiver == nil: receiver = side
        default: return false
        }
        return true
    }

    /// The receiver asks for a piece, with a number that he knows its answer by.
    mutating func ask(_ side: Side, sequence: UInt16, offset: UInt32, byteCount: UInt32) throws(Fault) {
        guard side == receiver, isOpen, byteCount > 0, Int(offset) + Int(byteCount) <= self.byteCount else {
            throw .outOfTurn
        }
        guard questions.count < Self.maxQuestions, byteCount <= Self.maxPieceBytes else { throw .tooMuch }
        questions.append(Question(sequence: sequence, offset: offset, byteCount: byteCount))
    }

    /// The sender answers the oldest question for this piece; returns its number.
    mutating func answer(_ side: Side, code: UInt32, offset: UInt32, count: Int) throws(Fault) -> UInt16 {
        guard side == sender, let index = questions.firstIndex(where: { $0.offset == offset }),
            code != 0 || count == Int(questions[index].byteCount)
        else { throw .outOfTurn }
        return questions.remove(at: index).sequence
    }
}
