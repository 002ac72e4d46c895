"""Hands a large file over by HTTP, in parts to two nodes in turn. See run."""
import asyncio
import hashlib
import http.client
import sys
import time
import urllib.parse

import wire
from transfer import File, Memory, address, announce, offer, waiting

ACCESS, ACCESS_ANSWER = 0x050D, 0x050E
PART = 4 << 20


async def access(client, task):
    """The token for a task, and where this node takes and gives files."""
    number = client.send(ACCESS, wire.message((1, client.user), (2, task)))
    found = wire.fields(await client.answer(ACCESS_ANSWER, number))
    assert found.get(2, 0) == 0, f"no token: {found}"
    return found[4].decode(), urllib.parse.urlsplit(found[6].decode())


def ask(connection, method, path, token, body=None):
    connection.request(method, path, body, {"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    return answer.status, answer


def bring(file, task, token, urls):
    connections = [http.client.HTTPConnection(url.netloc) for url in urls]
    for index, start in enumerate(range(0, file.size, PART)):
        body = file.read(start, min(PART, file.size - start))
        connection = connections[index % len(connections)]
        status, answer = ask(connection, "PUT", f"/files/{task}/parts/{start}", token, body)
        text = answer.read()
        assert status == 200, f"{status} {text} for the part at {start}"
    while True:
        status, answer = ask(connections[0], "POST", f"/files/{task}/store", token)
        text = answer.read()
        assert status in (200, 202), f"{status} {text} when it was to be stored"
        if status == 200:
            return
        time.sleep(0.1)


def get(task, token, url):
    status, answer = ask(http.client.HTTPConnection(url.netloc), "GET", f"/files/{task}", token)
    assert status == 200, f"{status} {answer.read()}"
    sha = hashlib.sha256()
    while piece := answer.read(1 << 20):
        sha.update(piece)
    return sha.digest()


async def main():
    file = File(int(sys.argv[1]) << 20)
    nodes = [word.split("=") for word in sys.argv[2:]]
    clients = [address(place) for place, _ in nodes]
    pids = [int(pid) for _, pid in nodes]
    alice = await wire.logged_in(clients[0], "u1")
    bob = await wire.logged_in(clients[1], "u2", client_type=wire.ANDROID)
    _, task = await offer(alice, bob.user, file)
    task = task.decode()
    token, first = await access(alice, task)
    # The other one is told of his own node's place.
    _, second = await access(bob, task)
    with Memory(pids) as grown:
        begin = time.monotonic()
        await asyncio.to_thread(bring, file, task, token, [first, second])
        took = time.monotonic() - begin
    print(f"up in {took:.1f} s, {file.size / took / 1e6:.0f} MB/s; {grown}")
    # The sessions before were silent for long.
    alice = await wire.logged_in(clients[0], "u1")
    announce(alice, bob.user, task, file)
    found, _ = await waiting(clients[2], "u2", task.encode())
    receiver = await wire.logged_in(clients[2], "u2", client_type=wire.ANDROID)
    own, third = await access(receiver, task)
    with Memory(pids) as fetching:
        begin = time.monotonic()
        digest = await asyncio.to_thread(get, task, own, third)
        took = time.monotonic() - begin
    print(f"down from the third node in {took:.1f} s, {file.size / took / 1e6:.0f} MB/s; {fetching}")
    is_same = digest == file.digest()
    print("SHA-256 is " + ("the same" if is_same else "another one"))
    sys.exit(0 if is_same and max(grown.most + fetching.most) < 20 << 20 else 1)


asyncio.run(main())
