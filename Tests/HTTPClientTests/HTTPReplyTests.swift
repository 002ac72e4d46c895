import HTTPCore
import Testing

@Suite struct HTTPReplyTests {
    private func read(_ text: String) -> HTTPReply? { HTTPReply(Array(text.utf8)) }

    @Test func aWholeResponseIsRead() throws {
        let reply = try #require(read("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n"))
        #expect(reply.status == 404)
        #expect(reply.body == Array("no\n".utf8))
        #expect(read("HTTP/1.0 200 OK\r\n\r\nuntil the end")?.body.count == 13)
        #expect(read("HTTP/1.1 204\r\n\r\n")?.status == 204)
    }

    @Test func whatComesInChunksIsJoined() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
        #expect(read(head + "0\r\n\r\n")?.body == [])
        #expect(read(head + "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n")?.body == Array("abc0123456789".utf8))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlong",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
    ])
    func nothingElseIs(_ text: String) {
        #expect(read(text) == nil)
    }
}
