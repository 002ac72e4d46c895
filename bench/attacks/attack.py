"""Attacks one node in every way and says what another user of it felt.

Usage: attack.py HOST:PORT PID SECONDS [WAY...]
"""

import asyncio
import multiprocessing
import sys
import time

import ways
from wire import HEARTBEAT, MESSAGE, MESSAGE_ACK, Client, logged_in, message


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmRSS"))


class Neighbour:
    """Another user: he writes, his client says that it is there, and friends of his log in."""

    def __init__(self, target, first):
        self.target, self.first = target, first
        self.heartbeats, self.sends, self.logins, self.failed = [], [], [], 0

    async def live(self, seconds):
        self.client = await logged_in(self.target, "u1", "127.0.0.2")
        self.sent = {}
        jobs = [asyncio.create_task(job()) for job in (self.read, self.write, self.log_in)]
        await asyncio.sleep(seconds)
        for job in jobs:
            job.cancel()
        self.failed += sum(1 for begin, _ in self.sent.values() if time.monotonic() - begin > 2)
        self.client.close()

    async def read(self):
        while True:
            command, sequence, _ = await self.client.receive()
            if command in (HEARTBEAT, MESSAGE_ACK) and sequence in self.sent:
                begin, times = self.sent.pop(sequence)
                times.append((time.monotonic() - begin) * 1000)

    async def write(self):
        number = 0
        while True:
            number += 1
            for command, body, times in (
                (HEARTBEAT, b"", self.heartbeats),
                (MESSAGE, message((1, 1), (2, 2), (3, 0), (4, number), (5, 1), (6, b"hello")), self.sends),
            ):
                self.sent[self.client.send(command, body)] = (time.monotonic(), times)
            await asyncio.sleep(0.1)

    async def log_in(self):
        """Users whose passwords take a quarter of a second, each for the first time and from an address of its own."""
        number = 0
        while True:
            begin = time.monotonic()
            try:
                client = await Client.connect(self.target, f"127.0.2.{1 + number % 200}")
                name = f"p{self.first + number}"
                user = await asyncio.wait_for(client.log_in(name, client_type=0x12), 10)
                client.close()
                if user:
                    self.logins.append(time.monotonic() - begin)
                else:
                    self.failed += 1
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                self.failed += 1
            number += 1
            await asyncio.sleep(0.5)


def attack(way, target, seconds, result):
    try:
        result.put(asyncio.run(getattr(ways, way)(target, seconds)))
    except Exception as error:
        result.put(f"failed: {error!r}")


def run(way, number, target, pid, seconds):
    result = multiprocessing.Queue()
    neighbour = Neighbour(target, 1 + 100 * number)
    attacker = multiprocessing.Process(target=attack, args=(way, target, seconds, result)) if way != "nothing" else None
    if attacker:
        attacker.start()
    asyncio.run(neighbour.live(seconds))
    got = result.get(timeout=30) if attacker else ""
    if attacker:
        attacker.join(5)
        attacker.kill()
    beats, sends = percentile(neighbour.heartbeats, 0.99), percentile(neighbour.sends, 0.99)
    logins = max(neighbour.logins, default=float("inf"))
    is_fine = beats < 100 and sends < 100 and logins < 2 and not neighbour.failed
    print(f"{way:15} {beats:8.1f} {sends:8.1f} {logins:8.2f} {neighbour.failed:7} {memory(pid):6}  "
          f"{'' if is_fine else 'TOO MUCH '}{got}", flush=True)
    return is_fine


def main():
    host, _, port = sys.argv[1].rpartition(":")
    target, pid, seconds = (host, int(port)), int(sys.argv[2]), float(sys.argv[3])
    chosen = sys.argv[4:] or ["nothing"] + [way.__name__ for way in ways.ALL]
    print("                 ms p99   ms p99        s          MB\n"
          "attack           beat     send       login   failed  node  what the attacker got", flush=True)
    sys.exit(0 if all([run(way, number, target, pid, seconds) for number, way in enumerate(chosen)]) else 1)


if __name__ == "__main__":
    main()
