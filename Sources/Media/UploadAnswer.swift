import Primitives

/// What an upload is answered with: one line of JSON, as old clients read no more than one.
public enum UploadAnswer {
    /// - Parameter base: where clients find this server, with a slash at its end. From the configuration: what a
    ///   request says of it is said by whoever sends the request, and the address is read by others.
    public static func stored(_ path: MediaPath, base: String) -> [UInt8] {
        line(0, "成功", path: path.text, url: base + path.text)
    }

    public static func refused(_ refusal: UploadRefusal) -> [UInt8] {
        line(refusal.rawValue, refusal.message, path: "", url: "")
    }

    private static func line(_ code: Int, _ message: String, path: String, url: String) -> [UInt8] {
        JSON.object([
            ("error_code", .number(code)), ("error_msg", .string(message)), ("path", .string(path)),
            ("url", .string(url)),
        ]).bytes + [UInt8(ascii: "\n")]
    }
}
