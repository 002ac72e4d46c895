"""PCs that are told who comes and goes."""

import argparse
import asyncio
import sys
import time

from wire import HEARTBEAT, WINDOWS, fields, logged_in

STATUS_NOTIFY = 0x0203
ONLINE, OFFLINE = 1, 2
COMERS = 50
PATIENCE = 10


class PC:
    """Counts what it is told, by user and status."""

    def __init__(self, client):
        self.client = client
        self.told = {}

    async def listen(self):
        while True:
            command, _, body = await self.client.receive()
            if command == STATUS_NOTIFY:
                status = fields(fields(body)[1])
                self.told.setdefault((status[1], status[2]), []).append(time.perf_counter())

    async def beat(self):
        while True:
            await asyncio.sleep(20)
            self.client.send(HEARTBEAT)


async def log_in(addresses, count):
    """All of them, over the nodes in turn, some at a time."""
    gate = asyncio.Semaphore(64)

    async def one(number):
        async with gate:
            return PC(await logged_in(addresses[number % len(addresses)], f"p{number}", client_type=WINDOWS))

    return await asyncio.gather(*(one(number) for number in range(1, count + 1)))


async def until(condition):
    end = time.perf_counter() + PATIENCE
    while not condition() and time.perf_counter() < end:
        await asyncio.sleep(0.05)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", action="append", required=True)
    parser.add_argument("--pcs", type=int, required=True)
    given = parser.parse_args()
    addresses = [(host, int(port)) for host, port in (client.rsplit(":", 1) for client in given.client)]
    begin = time.perf_counter()
    pcs = await log_in(addresses, given.pcs)
    print(f"{len(pcs)} PCs after {time.perf_counter() - begin:.1f} s")
    tasks = [asyncio.create_task(task) for pc in pcs for task in (pc.listen(), pc.beat())]
    # What they were told of each other is not counted.
    quiet = time.perf_counter() + 3
    await until(lambda: time.perf_counter() > quiet)
    for pc in pcs:
        pc.told.clear()

    missing = doubled = 0
    waits = []
    for number in range(given.pcs + 1, given.pcs + 1 + COMERS):
        for change in (ONLINE, OFFLINE):
            begin = time.perf_counter()
            if change == ONLINE:
                comer = await logged_in(addresses[0], f"p{number}", client_type=WINDOWS)
            else:
                comer.close()
            seen = (comer.user, change)
            await until(lambda: all(seen in pc.told for pc in pcs))
            times = [pc.told.get(seen, []) for pc in pcs]
            missing += sum(not told for told in times)
            doubled += sum(len(told) > 1 for told in times)
            waits += [told[0] - begin for told in times if told]
    waits.sort()
    print(
        f"{COMERS * 2} changes: {missing} not told, {doubled} told twice, "
        f"p50 {waits[len(waits) // 2] * 1000:.0f} p99 {waits[len(waits) * 99 // 100] * 1000:.0f} "
        f"last {waits[-1] * 1000:.0f} ms")
    for task in tasks:
        task.cancel()
    sys.exit(1 if missing or doubled else 0)


asyncio.run(main())
