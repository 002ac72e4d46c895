import Settings
import Testing

@Suite struct SettingValueTests {
    @Test(arguments: [
        ("250us", Duration.microseconds(250)), ("500ms", .milliseconds(500)), ("30s", .seconds(30)),
        ("5m", .seconds(300)), ("24h", .seconds(86_400)), ("7d", .seconds(604_800)), ("0s", .zero),
    ])
    func durations(text: String, duration: Duration) throws {
        let value = try #require(Duration(setting: text))
        #expect(value == duration)
        #expect(Duration(setting: value.settingText) == duration)
    }

    @Test(arguments: ["", "s", "3", "3 s", "-3s", "+3s", "3S", "1.5s", "3sec", "9223372036854775807d", "٣s"])
    func whatIsNoDuration(text: String) {
        #expect(Duration(setting: text) == nil)
    }

    @Test(arguments: [("0B", 0), ("512B", 512), ("64KiB", 65_536), ("10MiB", 10_485_760), ("2GiB", 2_147_483_648)])
    func sizes(text: String, bytes: Int) throws {
        let value = try #require(ByteSize(setting: text))
        #expect(value.bytes == bytes)
        #expect(value.settingText == text)
    }

    @Test(arguments: ["64", "64KB", "64K", "64kib", "-1B", "9999999999GiB", "KiB"])
    func whatIsNoSize(text: String) {
        #expect(ByteSize(setting: text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1", UInt16(80)), ("db-1.example:0", "db-1.example", 0),
        ("[::1]:65535", "::1", 65_535), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
    ])
    func addresses(text: String, host: String, port: UInt16) throws {
        let value = try #require(HostPort(setting: text))
        #expect(value == HostPort(host: host, port: port))
        #expect(value.settingText == text)
    }

    @Test(arguments: [
        "", "host", ":80", "host:", "host:65536", "host:-1", "host:+1", "::1:80", "a b:1", "[]:1", "[::1:1",
    ])
    func whatIsNoAddress(text: String) {
        #expect(HostPort(setting: text) == nil)
    }

    @Test func words() {
        #expect(Bool(setting: "on") == true && Bool(setting: "false") == false && Bool(setting: "ON") == nil)
        #expect([Int](setting: " 1, 2 ,3 ") == [1, 2, 3] && [Int](setting: " ") == [] && [Int](setting: "1,,2") == nil)
        #expect([Int]([1, 2]).settingText == "1,2")
    }

    @Test func helpExplainsEachSetting() {
        let help = Example.schema.help
        #expect(
            help.contains(
                """
                  --listen HOST:PORT
                      Where clients connect.
                      Default: 0.0.0.0:8000
                      File: listen   Environment: GRAPEVINE_LISTEN


                """))
        #expect(help.contains("  --postgres-password TEXT\n"))
        #expect(help.contains("      Or from a file: --postgres-password-file PATH\n"))
        #expect(help.contains("  --join HOST:PORT,…\n"))
        #expect(help.contains("  --log-format json|text\n"))
    }
}
