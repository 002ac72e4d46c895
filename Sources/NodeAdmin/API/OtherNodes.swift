import HTTPCore
import Primitives

/// The way to the pages of other nodes. Called on the loop of the page.
public protocol OtherNodes: AnyObject {
    /// The number of this node.
    var own: Int { get }

    /// Asks a node for a page of its own.
    /// - Parameter target: path and query; the node checks both.
    /// - Parameter completion: called once, on this loop: what `AdminAPI.answer` of that node said, or `nil`.
    func ask(_ node: Int, _ target: String, _ completion: @escaping (NodePage?) -> Void)
}

/// What a node answers another one: u16 status, JSON.
public struct NodePage {
    let status: HTTPStatus
    let body: JSON

    init(_ status: HTTPStatus, _ body: JSON) {
        self.status = status
        self.body = body
    }

    /// In place of a page that does not fit between nodes.
    public static var tooLong: NodePage {
        let problem = Problem(.overloaded, "the answer is too long to be passed on: ask that node itself")
        return NodePage(problem.kind.status, problem.json(requestID: ""))
    }

    /// `nil`: it is none.
    public init?(reading bytes: [UInt8]) {
        var reader = ByteReader(bytes.rawBytes)
        guard let status = reader.read(UInt16.self).flatMap({ HTTPStatus(rawValue: Int($0)) }),
            let body = JSON(reading: reader.readRest().copied())
        else { return nil }
        self.init(status, body)
    }

    public var bytes: [UInt8] {
        [UInt8(truncatingIfNeeded: status.rawValue >> 8), UInt8(truncatingIfNeeded: status.rawValue)] + body.bytes
    }
}
