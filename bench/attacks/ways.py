"""The ways to attack, each for a given time with what one account or one address has: `async def way(target, seconds)`.

A way returns what it got through, in words.
"""

import asyncio
import struct
import time

from wire import ANDROID, LOGIN, MESSAGE, Client, logged_in, message

ATTACKER = "127.0.0.66"


async def paced(seconds, rate, act):
    """Calls `act` so many times a second, whatever it takes; returns how often."""
    start, count = time.monotonic(), 0
    while time.monotonic() < start + seconds:
        due = min(int((time.monotonic() - start) * rate) + 1, count + 200)
        while count < due:
            await act(count)
            count += 1
        await asyncio.sleep(0.005)
    return count


async def swallow(client):
    """Reads whatever comes; returns the number of bytes and of packets."""
    total = packets = 0
    try:
        while True:
            _, _, body = await client.receive()
            total, packets = total + 16 + len(body), packets + 1
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        return total, packets


async def requests(target, seconds, rate, command, body, prepare=None):
    """One user who asks the same again and again."""
    client = await logged_in(target, "u11", ATTACKER)
    if prepare:
        await prepare(client)
    reading = asyncio.create_task(swallow(client))
    make = body(client)

    async def ask(_):
        client.send(command, make)
        # Waits when the node does not read: that is what slows him down.
        await client.writer.drain()

    try:
        asked = await asyncio.wait_for(paced(seconds, rate, ask), seconds + 1)
    except (asyncio.TimeoutError, ConnectionError):
        asked = "more than the node reads"
    reading.cancel()
    total, packets = await reading
    client.close()
    return f"asked {asked}, {packets / seconds:,.0f} answers/s, {total / seconds / 1e6:,.1f} MB/s"


async def history(target, seconds):
    """0x0309: a hundred messages at a time, over voice messages of 390 kB."""
    async def speak(client):
        for number in range(8):
            voice = struct.pack(">I", 10) + bytes(389_000)
            client.send(MESSAGE, message((1, client.user), (2, 2), (3, 0), (4, number + 1), (5, 2), (6, voice)))
            await client.writer.drain()
            await client.receive()
    return await requests(
        target, seconds, 50, 0x0309,
        lambda client: message((1, client.user), (2, 1), (3, 2), (4, 0), (5, 100)), speak)


async def foreign_groups(target, seconds):
    """0x0403 about 500 groups that one is not in."""
    groups = [message((1, number), (2, 0)) for number in range(1, 501)]
    return await requests(target, seconds, 50, 0x0403, lambda client: message((1, client.user), (2, groups)))


async def unread(target, seconds):
    """0x0307, 50 times a second."""
    return await requests(target, seconds, 50, 0x0307, lambda client: message((1, client.user)))


async def new_groups(target, seconds):
    """0x0405: groups of 500, as fast as it goes."""
    members = list(range(5, 505))
    return await requests(
        target, seconds, 100, 0x0405,
        lambda client: message((1, client.user), (2, 2), (3, "crowd"), (4, ""), (5, members)))


async def signatures(target, seconds):
    """0x0213: a new signature, told to everybody, 50 times a second."""
    return await requests(target, seconds, 50, 0x0213, lambda client: message((1, client.user), (2, "look at me")))


async def logins_again(target, seconds):
    """Forty messages, then a new login for a full bucket."""
    end, acknowledged = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        try:
            client = await asyncio.wait_for(logged_in(target, "u11", ATTACKER, ANDROID), 10)
            for number in range(40):
                client.send(MESSAGE, message((1, 11), (2, 2), (3, 0), (4, number + 1), (5, 1), (6, b"x")))
            waiting = 40
            while waiting and time.monotonic() < end:
                command, _, _ = await asyncio.wait_for(client.receive(), max(0.1, end - time.monotonic()))
                if command == 0x0302:
                    acknowledged, waiting = acknowledged + 1, waiting - 1
            client.close()
        except (asyncio.TimeoutError, AssertionError, ConnectionError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.05)
    return f"{acknowledged / seconds:,.0f} messages/s acknowledged"


async def wrong_logins(target, seconds):
    """200 wrong passwords a second, each connection closed after 100 ms."""
    async def attempt(number):
        async def one():
            try:
                client = await Client.connect(target, ATTACKER)
                client.send(LOGIN, message((1, f"nobody{number}"), (2, f"{number:032x}"), (3, 1), (4, 1), (5, "a")))
                await asyncio.sleep(0.1)
                client.close()
            except OSError:
                pass
        asyncio.create_task(one())
    return f"tried {await paced(seconds, 200, attempt)}"


async def half_open(target, seconds):
    """2,000 connections of a hundred addresses that never log in, and more as they go."""
    held = []

    async def connect(number):
        try:
            held.append(await Client.connect(target, f"127.0.1.{1 + number % 100}"))
        except OSError:
            pass
    count = await paced(seconds, 400, connect)
    for client in held:
        client.close()
    return f"connected {count}"


async def connects(target, seconds):
    """As many connections a second as it goes, closed at once."""
    async def one(_):
        async def connect():
            try:
                client = await Client.connect(target, ATTACKER)
                client.close()
            except OSError:
                pass
        asyncio.create_task(connect())
    return f"connected {await paced(seconds, 3000, one) / seconds:,.0f}/s"


ALL = [history, foreign_groups, unread, new_groups, signatures, logins_again, wrong_logins, half_open, connects]
