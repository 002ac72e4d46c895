"""As much of the TeamTalk protocol as a client in a benchmark needs."""

import asyncio
import hashlib
import struct

HEARTBEAT, LOGIN, LOGIN_ANSWER, MESSAGE, MESSAGE_ACK = 0x0701, 0x0103, 0x0104, 0x0301, 0x0302
WINDOWS, ANDROID = 0x01, 0x12


def varint(number):
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def message(*fields):
    """Pairs of a number and a value: a number, text, bytes, or a list of them."""
    out = bytearray()
    for number, value in fields:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, int):
                out += varint(number << 3) + varint(item)
            else:
                item = item.encode() if isinstance(item, str) else item
                out += varint(number << 3 | 2) + varint(len(item)) + item
    return bytes(out)


def pairs(body):
    """The number and the value of each field, in order."""
    at = 0

    def read():
        nonlocal at
        number = shift = 0
        while True:
            byte = body[at]
            at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    while at < len(body):
        tag = read()
        value = read()
        if tag & 7 != 0:
            length, value = value, body[at:at + value]
            at += length
        yield tag >> 3, value


def fields(body):
    """The last value of each field."""
    return dict(pairs(body))


def values(body, number):
    """All values of one field."""
    return [value for found, value in pairs(body) if found == number]


def packet(command, body=b"", sequence=0, version=1, reserved=0):
    return struct.pack(">IHHHHHH", 16 + len(body), version, 0, command >> 8, command, sequence, reserved) + body


def parts(header):
    """(length, command, sequence)"""
    length, _, _, _, command, sequence, _ = struct.unpack(">IHHHHHH", header)
    return length, command, sequence


def login(name, password, client_type, version):
    secret = hashlib.md5(password.encode()).hexdigest()
    return message((1, name), (2, secret), (3, 1), (4, client_type), (5, version))


class Client:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.sequence = 0

    @classmethod
    async def connect(cls, address, source="127.0.0.1"):
        return cls(*await asyncio.open_connection(*address, local_addr=(source, 0), limit=1 << 20))

    def send(self, command, body=b""):
        self.sequence = self.sequence % 60_000 + 1
        self.writer.write(packet(command, body, self.sequence))
        return self.sequence

    async def receive(self):
        """(command, sequence, body)"""
        length, command, sequence = parts(await self.reader.readexactly(16))
        return command, sequence, await self.reader.readexactly(length - 16)

    async def answer(self, command, sequence):
        while True:
            got, number, body = await self.receive()
            if got == command and number == sequence:
                return body

    async def log_in(self, name, password="grapevine", client_type=WINDOWS):
        """The user's number; `None` if it was refused."""
        number = self.send(LOGIN, login(name, password, client_type, "bench"))
        found = fields(await self.answer(LOGIN_ANSWER, number))
        return fields(found[5])[1] if found.get(2) == 0 else None

    def close(self):
        self.writer.close()


async def logged_in(address, name, source="127.0.0.1", client_type=WINDOWS):
    client = await Client.connect(address, source)
    client.user = await client.log_in(name, client_type=client_type)
    assert client.user, f"{name} cannot log in"
    return client
