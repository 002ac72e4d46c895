"""Handshakes of TLS: what one costs a node, and what many of them do to its other clients.

Usage: handshakes.py cost HOST:PORT PID TITLE
       handshakes.py flood HOST:PORT TITLE
"""

import asyncio
import multiprocessing
import os
import socket
import ssl
import sys
import time

from wire import HEARTBEAT, logged_in

SECONDS = 4.0
FLOODERS = 2
# Of each flooder, all at once, and again after a pause: within the thousand connections a second that a node accepts,
# and the twenty of one address that may be without a login.
BURST, PER_ADDRESS, PAUSE = 300, 15, 0.5


def context(version=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if version:
        made.minimum_version = made.maximum_version = version
    return made


def connect(target, source="127.0.0.1"):
    stream = socket.socket()
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream.bind((source, 0))
    stream.connect(target)
    return stream


def ticket(made, target):
    """A session that can be taken up: the node closes at what is no packet, and its tickets have come before that."""
    with made.wrap_socket(connect(target)) as sealed:
        sealed.sendall(b"X" * 16)
        try:
            while sealed.recv(1000):
                pass
        except OSError:
            pass
        return sealed.session


def processor_time(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(target, pid, title):
    for name, version in (("1.2", ssl.TLSVersion.TLSv1_2), ("1.3", ssl.TLSVersion.TLSv1_3)):
        made = context(version)
        for kind, session in (("full", None), ("resumed", ticket(made, target))):
            count, reused, begin, spent = 0, 0, time.monotonic(), processor_time(pid)
            while time.monotonic() - begin < SECONDS:
                with made.wrap_socket(connect(target), session=session) as sealed:
                    reused += sealed.session_reused
                    # Its end of a handshake of 1.3 is read by the node only now.
                    sealed.sendall(b"X" * 16)
                    try:
                        sealed.recv(1000)
                    except OSError:
                        pass
                count += 1
            spent = processor_time(pid) - spent
            print(f"cost     {title:5} {name}  {kind:8} {spent * 1e6 / count:6.0f} us of the node, "
                  f"{count / (time.monotonic() - begin):5.0f}/s one by one, {reused} of {count} taken up", flush=True)


def plain_cost(target, pid, title):
    count, begin, spent = 0, time.monotonic(), processor_time(pid)
    while time.monotonic() - begin < SECONDS:
        with connect(target) as stream:
            stream.sendall(b"X" * 16)
            try:
                stream.recv(1000)
            except OSError:
                pass
        count += 1
    spent = processor_time(pid) - spent
    print(f"cost     {title:5} without TLS   {spent * 1e6 / count:6.0f} us of the node", flush=True)


def hello(made):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        made.wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def flood(target, number, until, done):
    """Opens connections, then begins TLS on all of them at the same moment; counts those that are answered."""
    made, answered = context(), 0
    first = hello(made)
    while time.monotonic() < until:
        streams = []
        for index in range(BURST):
            source = f"127.0.{10 + number}.{1 + index // PER_ADDRESS}"
            try:
                streams.append(connect(target, source))
            except OSError:
                break
        for stream in streams:
            try:
                stream.send(first)
            except OSError:
                pass
        time.sleep(PAUSE)
        for stream in streams:
            stream.setblocking(False)
            try:
                answered += stream.recv(1) == b"\x16"
            except OSError:
                pass
            stream.close()
    done.put(answered)


def percentiles(times):
    ordered = sorted(times)
    at = lambda part: ordered[min(len(ordered) - 1, int(len(ordered) * part))]
    return f"{at(0.5):.1f} / {at(0.99):.1f} / {ordered[-1]:.1f} ms"


def newcomer(target, until, done):
    """Somebody who comes twenty times a second, one handshake after the other; how long each took."""
    made, times = context(), []
    while time.monotonic() < until:
        begin = time.monotonic()
        with made.wrap_socket(connect(target, "127.0.0.3")):
            times.append((time.monotonic() - begin) * 1000)
        time.sleep(0.05)
    done.put(times)


class Neighbour:
    """Somebody who is logged in, and whose client asks forty times a second whether the node is there."""

    async def live(self, target, seconds):
        client = await logged_in(target, "u1", "127.0.0.2")
        self.times, sent = [], {}

        async def read():
            while True:
                _, sequence, _ = await client.receive()
                if sequence in sent:
                    self.times.append((time.monotonic() - sent.pop(sequence)) * 1000)

        reader = asyncio.create_task(read())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sent[client.send(HEARTBEAT)] = time.monotonic()
            await asyncio.sleep(0.025)
        await asyncio.sleep(0.5)
        reader.cancel()
        client.close()
        return self

    def figures(self):
        return percentiles(self.times)


def under_flood(target, title):
    quiet = asyncio.run(Neighbour().live(target, SECONDS))
    until, done = time.monotonic() + 2 * SECONDS, multiprocessing.Queue()
    flooders = [
        multiprocessing.Process(target=flood, args=(target, number, until, done)) for number in range(FLOODERS)]
    waits = multiprocessing.Queue()
    comer = multiprocessing.Process(target=newcomer, args=(target, until, waits))
    for process in [*flooders, comer]:
        process.start()
    asyncio.run(busy_neighbour(target, title, quiet, 2 * SECONDS, done))
    times = waits.get()
    print(f"flood    {title:12} a newcomer's handshake p50 / p99 / max: {percentiles(times)}, {len(times)} of them",
          flush=True)
    for process in [*flooders, comer]:
        process.join()


async def busy_neighbour(target, title, quiet, seconds, done):
    busy = await Neighbour().live(target, seconds)
    answered = sum(done.get() for _ in range(FLOODERS))
    print(f"flood    {title:12} heartbeat p50 / p99 / max: {quiet.figures()} without, {busy.figures()} with "
          f"{answered / seconds:.0f} handshakes/s", flush=True)


def main():
    host, _, port = sys.argv[2].rpartition(":")
    target = (host, int(port))
    if sys.argv[1] == "cost":
        plain_cost(target, int(sys.argv[3]), sys.argv[4])
        cost(target, int(sys.argv[3]), sys.argv[4])
    else:
        under_flood(target, sys.argv[3])


if __name__ == "__main__":
    main()
