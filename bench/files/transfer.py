"""Hands a large file over by way of the stores. See run."""
import asyncio
import hashlib
import itertools
import os
import random
import signal
import sys
import threading
import time

import wire

OFFER, OFFERED, WAITING, WAITING_ANSWER, ADD, DELETE = 0x0506, 0x0507, 0x0509, 0x050A, 0x050B, 0x050C
LOGIN, LOGIN_ANSWER, STATE, PULL, DATA = 0x0501, 0x0502, 0x0503, 0x0504, 0x0505
OFFLINE, UPLOAD, DOWNLOAD, DONE = 2, 3, 4, 3
PIECE = 32_768


def place(body, number):
    """The first address of a list."""
    found = wire.fields(wire.values(body, number)[0])
    return found[1].decode(), found[2]


def memory(pid):
    """Resident bytes that are no files."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024


class Memory:
    """The most by which processes grow while something is done."""

    def __init__(self, pids):
        self.pids = pids
        self.before = [memory(pid) for pid in pids]
        self.most = [0] * len(pids)
        self.ended = threading.Event()
        self.watch = threading.Thread(target=self.look)

    def look(self):
        while not self.ended.wait(0.2):
            grown = [memory(pid) - start for pid, start in zip(self.pids, self.before)]
            self.most = [max(pair) for pair in zip(self.most, grown)]

    def __enter__(self):
        self.watch.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.watch.join()

    def __str__(self):
        return "memory of the nodes grew by " + ", ".join(f"{grown / 1e6:.1f} MB" for grown in self.most)


async def line(address, user, task, role):
    """One that the file port lets in."""
    while True:
        client = await wire.Client.connect(address)
        number = client.send(LOGIN, wire.message((1, user), (2, task), (3, role)))
        if wire.fields(await client.answer(LOGIN_ANSWER, number))[1] == 0:
            return client
        # The one before is still there.
        client.close()
        await asyncio.sleep(0.1)


class File:
    """Bytes that are made when they are asked for."""

    def __init__(self, size, seed=1):
        self.size = size
        self.block = random.Random(seed).randbytes(1 << 20)

    def read(self, offset, count):
        out = bytearray()
        while count:
            at = offset % len(self.block)
            part = min(count, len(self.block) - at)
            # Each MiB differs from the others.
            head = (offset >> 20).to_bytes(8, "big") if at == 0 else b""
            out += (head + self.block[at + len(head):at + part])[:part]
            offset, count = offset + part, count - part
        return bytes(out)

    def digest(self):
        sha = hashlib.sha256()
        for offset in range(0, self.size, 1 << 20):
            sha.update(self.read(offset, min(1 << 20, self.size - offset)))
        return sha.digest()


def breaks_of(size):
    """At 30 % and at 70 %."""
    return [size * 3 // 10, size * 7 // 10]


async def upload(file, address, user, task, breaks):
    """Breaks where it is told to."""
    repeated = 0
    highest = 0
    client = await line(address, user, task, UPLOAD)
    while True:
        command, number, body = await client.receive()
        if command == STATE:
            assert wire.fields(body).get(1, 0) == DONE, "the upload was given up"
            return repeated
        found = wire.fields(body)
        offset, count = found.get(4, 0), found[5]
        if breaks and offset >= breaks[0]:
            breaks.pop(0)
            client.close()
            client = await line(address, user, task, UPLOAD)
            continue
        repeated += offset < highest
        highest = max(highest, offset + count)
        client.writer.write(wire.packet(DATA, wire.message(
            (1, 0), (2, task), (3, user), (4, offset), (5, file.read(offset, count))), number))
        await client.writer.drain()


async def download(size, addresses, user, task, breaks):
    """Breaks where it is told to, and goes on at another node each time."""
    sha = hashlib.sha256()
    offset = 0
    client = await line(addresses[0], user, task, DOWNLOAD)
    while offset < size:
        if breaks and offset >= breaks[0]:
            breaks.pop(0)
            client.close()
            addresses = addresses[1:] + addresses[:1]
            client = await line(addresses[0], user, task, DOWNLOAD)
        number = client.send(PULL, wire.message((1, task), (2, user), (3, OFFLINE), (4, offset), (5, PIECE)))
        found = wire.fields(await client.answer(DATA, number))
        assert found.get(1, 0) == 0, f"error {found[1]} at {offset}"
        sha.update(found[5])
        offset += len(found[5])
    return sha.digest()


async def waiting(address, name, task):
    """The place of the file port, when the file waits there."""
    client = await wire.logged_in(address, name)
    for _ in range(100):
        number = client.send(WAITING, wire.message((1, client.user)))
        body = await client.answer(WAITING_ANSWER, number)
        if any(wire.fields(item)[2] == task for item in wire.values(body, 2)):
            client.close()
            return place(body, 3), client.user
        await asyncio.sleep(0.1)
    raise SystemExit(f"{name} is not told of the file")


def address(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


async def offer(alice, bob, file):
    """The answer to an offer, and its task."""
    number = alice.send(OFFER, wire.message(
        (1, alice.user), (2, bob), (3, "large.bin"), (4, file.size), (5, OFFLINE)))
    body = await alice.answer(OFFERED, number)
    return body, wire.fields(body)[5]


def announce(alice, bob, task, file):
    alice.send(ADD, wire.message((1, alice.user), (2, bob), (3, task), (4, "large.bin"), (5, file.size)))


async def once():
    """With breaks, and the node that took it killed."""
    file = File(int(sys.argv[1]) << 20)
    nodes = [word.split("=") for word in sys.argv[2:]]
    clients = [address(place) for place, _ in nodes]
    pids = [int(pid) for _, pid in nodes]
    alice = await wire.logged_in(clients[0], "u1")
    bob = (await wire.logged_in(clients[1], "u2", client_type=wire.ANDROID)).user
    body, task = await offer(alice, bob, file)
    with Memory(pids) as grown:
        begin = time.monotonic()
        repeated = await upload(file, place(body, 6), alice.user, task, breaks_of(file.size))
        took = time.monotonic() - begin
    print(f"up in {took:.1f} s, {file.size / took / 1e6:.0f} MB/s; {repeated} pieces were asked for again after breaks")
    # The session before was silent for long.
    alice = await wire.logged_in(clients[0], "u1")
    announce(alice, bob, task, file)
    await waiting(clients[0], "u2", task)
    print(grown)
    os.kill(pids[0], signal.SIGKILL)
    places = []
    for client in clients[1:]:
        found, user = await waiting(client, "u2", task)
        places.append(found)
    with Memory(pids[1:]) as fetching:
        begin = time.monotonic()
        digest = await download(file.size, places, user, task, breaks_of(file.size))
        took = time.monotonic() - begin
    print(f"down from the two others in {took:.1f} s, {file.size / took / 1e6:.0f} MB/s, the node that took it is dead")
    print(fetching)
    is_same = digest == file.digest()
    print("SHA-256 is " + ("the same" if is_same else "another one"))
    sys.exit(0 if is_same and max(grown.most + fetching.most) < 20 << 20 else 1)


async def again_and_again():
    """Without breaks, until it is ended; a line with MB/s after each file."""
    clients = [address(place) for place in sys.argv[3:]]
    alice = await wire.logged_in(clients[0], "u1")
    bob = (await wire.logged_in(clients[1], "u2", client_type=wire.ANDROID)).user
    for seed in itertools.count():
        file = File(int(sys.argv[2]) << 20, seed)
        begin = time.monotonic()
        body, task = await offer(alice, bob, file)
        await upload(file, place(body, 6), alice.user, task, [])
        announce(alice, bob, task, file)
        places = [(await waiting(client, "u2", task))[0] for client in clients[1:]]
        await download(file.size, places, bob, task, [])
        alice.send(DELETE, wire.message((1, alice.user), (2, bob), (3, task)))
        print(f"{2 * file.size / (time.monotonic() - begin) / 1e6:.0f}", flush=True)


if __name__ == "__main__":
    asyncio.run(again_and_again() if sys.argv[1] == "--again" else once())
