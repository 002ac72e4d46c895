/// Width and height of a picture.
public struct PixelSize: Equatable, Sendable {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// What programs that show pictures can be asked to decode.
    public struct Limit: Sendable {
        public var side = 12_000
        public var pixels = 40_000_000

        public init() {}

        public func allows(_ size: PixelSize) -> Bool {
            // The sides first: their product fits then.
            size.width <= side && size.height <= side && size.width * size.height <= pixels
        }
    }
}
