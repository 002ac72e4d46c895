/// What somebody presses at a terminal.
enum Key: Equatable {
    case character(Unicode.Scalar)
    case enter, backspace, delete
    case left, right, home, end
    case older, newer
    /// To the end of the line, the line up to here, the word before.
    case cutRest, cutLine, cutWord
    case redraw
    /// Ctrl-D: the input is over, if there is nothing else to delete.
    case close
    case interrupt
}

/// Makes keys of the bytes that a terminal sends: UTF-8, control characters and the sequences of ECMA-48 for the keys
/// that move. A core. What it does not know, and what is no UTF-8, is nothing.
struct KeyReader {
    private enum State {
        case ground
        case escape
        /// Within a control sequence; its parameters so far.
        case sequence([UInt8])
        /// Behind ESC O, as keypads send it.
        case single
        /// Of a character of several bytes: the bits so far, and how many bytes are missing.
        case scalar(UInt32, missing: Int, lowest: UInt32)
    }

    private static let longestSequence = 16

    private var state = State.ground

    mutating func read(_ byte: UInt8) -> Key? {
        switch state {
        case .ground: return start(byte)
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .sequence([])
            case UInt8(ascii: "O"): state = .single
            case 0x1B: break
            default: state = .ground
            }
            return nil
        case .single:
            state = .ground
            return Self.final(byte, [])
        case .sequence(let parameters):
            // Parameters and intermediate bytes are below 0x40, the final one is not.
            guard byte < 0x40, parameters.count < Self.longestSequence else {
                state = .ground
                return Self.final(byte, parameters)
            }
            state = .sequence(parameters + [byte])
            return nil
        case .scalar(let bits, let missing, let lowest):
            guard byte & 0xC0 == 0x80 else { return start(byte) }
            let value = bits << 6 | UInt32(byte & 0x3F)
            guard missing == 1 else {
                state = .scalar(value, missing: missing - 1, lowest: lowest)
                return nil
            }
            state = .ground
            guard value >= lowest, value >= 0xA0 else { return nil }
            return Unicode.Scalar(value).map(Key.character)
        }
    }

    private mutating func start(_ byte: UInt8) -> Key? {
        state = .ground
        switch byte {
        case 0x0A, 0x0D: return .enter
        case 0x08, 0x7F: return .backspace
        case 0x09: return .character(" ")
        case 0x01: return .home
        case 0x02: return .left
        case 0x03: return .interrupt
        case 0x04: return .close
        case 0x05: return .end
        case 0x06: return .right
        case 0x0B: return .cutRest
        case 0x0C: return .redraw
        case 0x0E: return .newer
        case 0x10: return .older
        case 0x15: return .cutLine
        case 0x17: return .cutWord
        case 0x1B: state = .escape
        case 0x20...0x7E: return .character(Unicode.Scalar(byte))
        case 0xC2...0xDF: state = .scalar(UInt32(byte & 0x1F), missing: 1, lowest: 0x80)
        case 0xE0...0xEF: state = .scalar(UInt32(byte & 0x0F), missing: 2, lowest: 0x800)
        case 0xF0...0xF4: state = .scalar(UInt32(byte & 0x07), missing: 3, lowest: 0x10000)
        default: break
        }
        return nil
    }

    private static func final(_ byte: UInt8, _ parameters: [UInt8]) -> Key? {
        switch (byte, parameters) {
        case (UInt8(ascii: "A"), _): .older
        case (UInt8(ascii: "B"), _): .newer
        case (UInt8(ascii: "C"), _): .right
        case (UInt8(ascii: "D"), _): .left
        case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), [0x31]), (UInt8(ascii: "~"), [0x37]): .home
        case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), [0x34]), (UInt8(ascii: "~"), [0x38]): .end
        case (UInt8(ascii: "~"), [0x33]): .delete
        default: nil
        }
    }
}
