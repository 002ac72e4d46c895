"""What a client asks for when it starts, by random users: from the question to the whole answer."""

import argparse
import asyncio
import random
import time

from wire import Client, message

RECENT, RECENT_ANSWER, UNREAD, UNREAD_ANSWER, HISTORY, HISTORY_ANSWER = 0x0201, 0x0202, 0x0307, 0x0308, 0x0309, 0x030A
NEWEST = 20


async def ask(client, times, name, command, answer, *question):
    begin = time.perf_counter()
    await client.answer(answer, client.send(command, message((1, client.user), *question)))
    times[name].append(time.perf_counter() - begin)


async def start(address, user, partner, times):
    client = await Client.connect(address)
    begin = time.perf_counter()
    client.user = await client.log_in(f"s{user}")
    times["login"].append(time.perf_counter() - begin)
    assert client.user, f"s{user} cannot log in"
    # The users of the ring are numbered from the first that was made.
    first = client.user - user
    await ask(client, times, "recent", RECENT, RECENT_ANSWER, (2, 0))
    await ask(client, times, "unread", UNREAD, UNREAD_ANSWER)
    for _ in range(3):
        newest = random.randint(NEWEST, 200)
        await ask(
            client, times, "history", HISTORY, HISTORY_ANSWER,
            (2, 1), (3, first + partner), (4, newest), (5, NEWEST))
    client.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", required=True)
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--partners", type=int, required=True)
    parser.add_argument("--count", type=int, default=1000)
    given = parser.parse_args()
    host, port = given.client.rsplit(":", 1)
    times = {"login": [], "recent": [], "unread": [], "history": []}
    for _ in range(given.count):
        user = random.randint(1, given.users)
        partner = 1 + (user - 1 + random.randint(1, given.partners)) % given.users
        await start((host, int(port)), user, partner, times)
    for name, found in times.items():
        found.sort()
        print(f"{name:10} p50 {found[len(found) // 2] * 1000:6.2f}  p99 {found[len(found) * 99 // 100] * 1000:6.2f} ms")


asyncio.run(main())
