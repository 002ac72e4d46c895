"""A user who writes to others, over whichever node is there."""
import asyncio
import base64
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
import wire


def sealed(text):
    """As clients write a text (TalkProtocol/Content/TextCodec.swift)."""
    plain = text.encode()
    size = (len(plain) + 4 + 15) // 16 * 16
    block = plain.ljust(size - 4, b"\0") + len(plain).to_bytes(4, "big")
    cipher = Cipher(algorithms.AES(b"12345678901234567890123456789012"), modes.ECB()).encryptor()
    return base64.b64encode(cipher.update(block) + cipher.finalize())


class Sender:
    """Writes to users in turn, over whichever node is there."""

    def __init__(self, name, nodes, record):
        self.name, self.nodes, self.record = name, nodes, record
        self.client = None

    async def connect(self, first=0):
        for turn in range(first, first + 60):
            try:
                self.client = await asyncio.wait_for(
                    wire.logged_in(self.nodes[turn % len(self.nodes)], self.name), 5)
                return
            except (OSError, AssertionError, KeyError, asyncio.IncompleteReadError, asyncio.TimeoutError):
                await asyncio.sleep(0.2)
        raise SystemExit(f"{self.name} cannot log in")

    async def say(self, user, text):
        """Returns whether it was acknowledged."""
        began = time.monotonic()
        try:
            body = wire.message(
                (1, self.client.user), (2, user), (3, 0), (4, 0), (5, 1), (6, sealed(text)))
            number = self.client.send(wire.MESSAGE, body)
            answer = await asyncio.wait_for(self.client.answer(wire.MESSAGE_ACK, number), 5)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            self.client.close()
            self.client = None
            return False
        self.record(user, text, wire.fields(answer)[3], time.monotonic() - began)
        return True
