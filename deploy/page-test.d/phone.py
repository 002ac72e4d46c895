"""A phone that calls and is called: a client of the protocol that knows only what a call needs."""

import hashlib
import socket
import struct
import time

ANDROID = 0x12
LOGIN, LOGGED_IN, RING, ANSWER, HANG_UP, OVER = 0x0103, 0x0104, 0x0901, 0x0902, 0x0903, 0x0905


def _varint(number):
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _field(number, value):
    if isinstance(value, int):
        return _varint(number * 8) + _varint(value)
    return _varint(number * 8 + 2) + _varint(len(value)) + value


def _read(body):
    """The fields of a message by their numbers; of those that are repeated the last one."""
    fields, at = {}, 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(body):
        tag = varint()
        value = varint()
        if tag % 8 == 2:
            value, at = body[at:at + value], at + value
        fields[tag // 8] = value
    return fields


class Phone:
    def __init__(self, address, name, user, client_type=ANDROID):
        host, port = address.rsplit(":", 1)
        self.user = user
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.rest = b""
        password = hashlib.md5(b"grapevine").hexdigest().encode()
        self._send(LOGIN, _field(1, name.encode()) + _field(2, password) + _field(3, 1) + _field(4, client_type)
                   + _field(5, b"page-test"))
        assert self.await_packet(LOGGED_IN)[2] == 0, "the phone cannot log in"

    def _send(self, command, body):
        self.socket.sendall(struct.pack(">IHHHHHH", 16 + len(body), 1, 0, command >> 8, command, 1, 0) + body)

    def await_packet(self, command, seconds=10):
        """The fields of the next packet of this kind."""
        end = time.monotonic() + seconds
        while True:
            while len(self.rest) >= 4 and len(self.rest) >= (length := struct.unpack(">I", self.rest[:4])[0]):
                packet, self.rest = self.rest[:length], self.rest[length:]
                if struct.unpack(">H", packet[10:12])[0] == command:
                    return _read(packet[16:])
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            self.rest += self.socket.recv(65536)

    def call(self, user, number):
        self._send(RING, _field(1, self.user) + _field(2, user) + _field(3, number) + _field(4, ANDROID)
                   + _field(5, b"v=0\r\n"))

    def hang_up(self, caller, callee, number):
        self._send(HANG_UP, _field(1, caller) + _field(2, callee) + _field(3, number))

    def close(self):
        self.socket.close()
