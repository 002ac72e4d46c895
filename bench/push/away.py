"""Users who are away are told of every message once, whatever fails meanwhile. See run."""
import asyncio
import collections
import json
import os
import signal
import statistics
import subprocess
import sys
import time

from cryptography.hazmat.primitives import serialization
import wire
from sender import Sender

LOCAL, ROOT, SERVICES, BIN = (os.environ[name] for name in ("LOCAL", "ROOT", "SERVICES", "BIN"))
DEVICE, DEVICE_ANSWER, READ, LOGOUT, LOGOUT_ANSWER = 0x0108, 0x0109, 0x0303, 0x0105, 0x0106
IOS = 0x11
SENDERS, TOLD = 10, 30
# Of those who are told: they read what they got on a PC while the services are away.
READERS = {2, 12, 22}


def shell(command):
    """What deploy/lib can do."""
    parts = "for part in common packages process programs servers cluster up; do . $ROOT/deploy/lib/$part.sh; done"
    services = ". $ROOT/deploy/push-test.d/services.sh"
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; {parts}; {services}; servers_home() {{ echo $LOCAL; }}; {command}"],
        check=True, stdout=subprocess.PIPE, text=True).stdout


def sql(text):
    asks = '"$(postgres_bin)/psql" -qtAX "$(cat $SECRETS/postgres.dsn)"'
    return shell(f"{asks} <<'END'\n{text}\nEND").strip()


class House:
    def __init__(self, nodes):
        self.nodes = [(host, int(port)) for host, port in (place.rsplit(":", 1) for _, place in nodes)]
        self.names = [name for name, _ in nodes]
        # (user, text): since when, and the message's number.
        self.acknowledged = {}
        self.unknown = set()
        self.took = collections.defaultdict(list)
        self.phase = ""

    def record(self, user, text, number, wait):
        self.acknowledged[user, text] = (time.monotonic(), number)
        self.took[self.phase, user in self.users].append(wait)

    def pid(self, name):
        return int(shell(f"running $LOCAL/{name}.pid"))

    def kill(self, name):
        os.kill(self.pid(name), signal.SIGKILL)

    async def start(self, name):
        await asyncio.to_thread(
            shell,
            f"within 10 has_ended $LOCAL/{name}.pid; start_node {name} $BIN/msg-server; await_node {name}")

    async def enter_devices(self):
        """A third by APNs, a third by FCM, a third in browsers."""
        self.users, self.device = {}, {}
        for index in range(TOLD):
            kind = ("apns", "fcm", "browser")[index % 3]
            client_type = {"apns": IOS, "fcm": wire.ANDROID}.get(kind, wire.WINDOWS)
            client = await wire.logged_in(self.nodes[index % 3], f"u{101 + index}", client_type=client_type)
            self.users[client.user] = index
            if kind == "browser":
                self.device[client.user] = f"/browser/{client.user}"
                self.enter_browser(client.user)
            else:
                token = f"ios:{client.user:064x}" if kind == "apns" else f"android:token-{client.user}"
                self.device[client.user] = token.split(":")[1]
                number = client.send(DEVICE, wire.message((1, client.user), (2, token)))
                await client.answer(DEVICE_ANSWER, number)
            client.close()
        # Nodes that know of no device ask for none of it.
        await asyncio.sleep(5)

    def enter_browser(self, user):
        with open(f"{SERVICES}/browser.key", "rb") as file:
            key = serialization.load_pem_private_key(file.read(), None).public_key()
        point = key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        keys = (point + b"sixteen bytes ok").hex()
        port = os.environ["PUSH_PORT"]
        sql(f"select set_browser({user}, 'https://localhost:{port}/browser/{user}', '\\x{keys}', 1::smallint);")

    async def write(self, seconds, rate, phase):
        """Each sender writes to those with devices and to others in turn, for so long."""
        self.phase = phase
        end = time.monotonic() + seconds
        told = [user for user in self.users if not (phase == "last" and self.users[user] in READERS)]
        others = list(range(max(self.users) + 1, max(self.users) + 1 + len(told)))

        async def one(index):
            sender = Sender(f"u{index + 1}", self.nodes, self.record)
            count = index
            while (begin := time.monotonic()) < end:
                if sender.client is None:
                    await sender.connect(count)
                # One with a device, and one without; each of them as often the first after a pause.
                pair = (told, others) if count % 2 else (others, told)
                for people in pair:
                    user, text = people[count % len(people)], f"{phase} {index} {count} {people is told}"
                    if sender.client is None or not await sender.say(user, text):
                        self.unknown.add((user, text))
                        break
                count += 1
                await asyncio.sleep(max(0, begin + SENDERS / rate - time.monotonic()))
            if sender.client:
                sender.client.close()

        await asyncio.gather(*(one(index) for index in range(SENDERS)))

    async def break_things(self, seconds):
        """While the services are away: every node dies, and push-server."""
        for name in self.names:
            await asyncio.sleep(seconds / 5)
            self.kill(name)
            await self.start(name)
        os.kill(self.pid("push-server"), signal.SIGKILL)
        await asyncio.to_thread(shell, "run_push")

    async def read(self):
        """Returns what was read: nobody must be told of it any more."""
        read = set()
        for user, index in self.users.items():
            if index not in READERS:
                continue
            client = await wire.logged_in(self.nodes[0], f"u{101 + index}")
            # Senders are the first users, whose numbers nobody has asked for: the database knows.
            for sender, last in sorted(self.conversations(user).items()):
                client.send(READ, wire.message((1, user), (2, sender), (3, last), (4, 1)))
            await asyncio.sleep(1)
            number = client.send(LOGOUT)
            await client.answer(LOGOUT_ANSWER, number)
            client.close()
            read |= {(to, text) for to, text in self.acknowledged if to == user and text.startswith("away")}
        return read

    def conversations(self, user):
        rows = sql(
            "select (c.id >> 32)::text || ' ' || (c.id & 4294967295) || ' ' || c.last_msg_id from conversation c "
            f"where {user} in (c.id >> 32, c.id & 4294967295) and c.id > 4294967295 and c.last_msg_id > 0;")
        found = {}
        for line in rows.splitlines():
            one, other, last = map(int, line.split())
            found[one if other == user else other] = last
        return found

    async def settle(self):
        """Until nothing waits and everything is judged."""
        began = time.monotonic()
        await asyncio.sleep(20)
        while int(sql("select count(*) from outbox where state = 0;")):
            if time.monotonic() - began > 300:
                raise SystemExit("the outbox does not get empty: " + sql(
                    "select channel, answer, count(*) from outbox where state = 0 group by 1, 2;"))
            await asyncio.sleep(1)
        return time.monotonic() - began

    def check(self, read):
        """Prints what came how often; returns whether that is right."""
        with open(f"{SERVICES}/taken", encoding="utf-8") as file:
            taken = [json.loads(line) for line in file]
        wrong = [record for record in taken if record["service"] == "refused"]
        seen = collections.Counter(
            (record["device"], record["text"]) for record in taken if record.get("device"))
        # What readers got before the services went away was told, or read.
        expected = {
            key for key in self.acknowledged
            if key[0] in self.users and not (self.users[key[0]] in READERS and key[1].startswith("here"))} - read
        missing = [key for key in expected if not seen[self.device[key[0]], key[1]]]
        doubled = [key for key, count in seen.items() if count > 1]
        told_read = [key for key in read if seen[self.device[key[0]], key[1]]]
        sent = set(self.acknowledged) | self.unknown
        known = {(self.device[user], text) for user, text in sent if user in self.users}
        strange = [key for key in seen if key not in known]
        print(
            f"{len(expected)} messages for devices acknowledged, {len(missing)} missing, {len(doubled)} doubled, "
            f"{len(strange)} of nobody; {len(read)} were read meanwhile, {len(told_read)} of them told; "
            f"{len(self.unknown)} without an answer; {len(wrong)} requests that a service could not read")
        for name, keys in (("missing", missing), ("doubled", doubled), ("read", told_read), ("strange", strange)):
            for key in keys[:5]:
                print(f"  {name}: {key}")
        for record in wrong[:5]:
            print(f"  refused: {record}")
        return not (missing or doubled or told_read or strange or wrong)

    async def lose_devices(self):
        """A device that its service does not know any more is forgotten; a token belongs to whom it was given last."""
        self.phase = "owner"
        gone, former = list(self.users)[:2]
        with open(f"{SERVICES}/wanted.json", "w", encoding="utf-8") as file:
            json.dump({"gone": [self.device[gone]]}, file)
        sender = Sender("u1", self.nodes, self.record)
        await sender.connect()
        assert await sender.say(gone, "for a device that is gone")
        # The token of an Android phone is somebody else's now.
        other = await wire.logged_in(self.nodes[0], "u200", client_type=wire.ANDROID)
        number = other.send(DEVICE, wire.message((1, other.user), (2, f"android:{self.device[former]}")))
        await other.answer(DEVICE_ANSWER, number)
        assert await sender.say(former, "for somebody who had this token")
        sender.client.close()
        other.close()
        await self.settle()
        left = int(sql(f"select count(*) from device where user_id in ({gone}, {former});"))
        with open(f"{SERVICES}/taken", encoding="utf-8") as file:
            told = sum("for somebody who had" in line or "for a device that is gone" in line for line in file)
        print(f"a device that is gone, and one that has another owner: {left} devices are left, {told} were told")
        return left == told == 0

    def print_waits(self):
        for phase in sorted({phase for phase, _ in self.took}):
            for with_device in (False, True):
                waits = sorted(self.took[phase, with_device])
                whom = "to users with devices" if with_device else "to others"
                if waits:
                    p50, p99 = statistics.median(waits) * 1e3, waits[len(waits) * 99 // 100] * 1e3
                    print(f"{phase:>6} {whom:>22}: {len(waits):6} acks, p50 {p50:6.2f} ms, p99 {p99:7.2f} ms")


async def kill_between(house, kills):
    """A node dies in the moment of an acknowledgement: the message is committed, and nobody has put it anywhere."""
    house.phase = "kills"
    user = next(iter(house.users))
    for count in range(kills):
        index = count % len(house.names)
        sender = Sender("u1", [house.nodes[index]], house.record)
        await sender.connect()
        pid = house.pid(house.names[index])
        assert await sender.say(user, f"kills {count}")
        os.kill(pid, signal.SIGKILL)
        sender.client.close()
        await house.start(house.names[index])
        if count % 20 == 19:
            print(f"{count + 1} kills", flush=True)


async def main():
    seconds, rate, kills = map(int, sys.argv[1:4])
    house = House([place.split("=") for place in sys.argv[4:]])
    await house.enter_devices()
    await house.write(20, rate, "here")
    shell("stop_services")
    breaking = asyncio.create_task(house.break_things(seconds))
    await house.write(seconds, rate, "away")
    await breaking
    read = await house.read()
    shell("start_services")
    await house.write(10, rate, "last")
    print(f"the outbox was empty {await house.settle():.0f} s after the services came back", flush=True)
    good = house.check(read)
    house.print_waits()
    if kills:
        await kill_between(house, kills)
        await house.settle()
        good = house.check(read) and good
    good = await house.lose_devices() and good
    sys.exit(not good)


asyncio.run(main())
