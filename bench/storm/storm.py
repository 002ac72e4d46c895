"""storm.py ADDRESS USERS: p1, p2 … log in, each from an address of his own; how long until the last one is in."""

import asyncio
import hashlib
import random
import sys
import time

from wire import Client

# The answer to a login may take a few seconds; a client waits longer.
PATIENCE = 20
# The cost of a stored password (ln=15, r=8, p=3).
COST = {"n": 1 << 15, "r": 8, "p": 3, "maxmem": 1 << 27, "dklen": 32}


def derivation():
    """One key, in seconds: the median of five."""

    def once():
        began = time.perf_counter()
        hashlib.scrypt(b"x" * 32, salt=b"s" * 16, **COST)
        return time.perf_counter() - began

    return sorted(once() for _ in range(5))[2]


async def come(number, address, counts):
    began = time.perf_counter()
    while True:
        try:
            client = await Client.connect(address, source=f"127.0.{1 + number // 200}.{1 + number % 200}")
            if await asyncio.wait_for(client.log_in(f"p{number}", "grapevine"), PATIENCE):
                return time.perf_counter() - began
            counts["told to come later"] += 1
            client.close()
        except (OSError, EOFError, asyncio.TimeoutError):
            counts["lost"] += 1
        # As clients do that were told to come later.
        await asyncio.sleep(random.uniform(1, 3))


async def main():
    host, port = sys.argv[1].rsplit(":", 1)
    users = int(sys.argv[2])
    counts = {"told to come later": 0, "lost": 0}
    before = derivation()
    began = time.perf_counter()
    times = await asyncio.gather(*(come(number, (host, int(port)), counts) for number in range(1, users + 1)))
    took = time.perf_counter() - began
    key = (before + derivation()) / 2
    # A node works out keys on two threads.
    pure = users * key / 2
    print(f"all {users} in after {took:.1f} s, the first after {min(times):.2f} s")
    print(f"told to come later {counts['told to come later']}, lost {counts['lost']}")
    print(f"{users} keys of {key * 1000:.0f} ms on two threads: {pure:.1f} s; ratio {took / pure:.2f}")


asyncio.run(main())
