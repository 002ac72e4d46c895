public import Media

/// What one upload may cost.
public struct MediaLimits: Sendable {
    /// Of a file, and of the form it comes in if its length is said.
    public var uploadBytes = 10 << 20
    public var picture = PixelSize.Limit()
    /// A body must come as fast as this on average.
    public var bytesPerSecond = 1 << 10
    /// Bodies that are read at once, over all clients. Each has up to half a MiB in memory.
    public var uploads = 100

    public init() {}
}
