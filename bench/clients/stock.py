"""The stock clients, as far as a server can tell: what they send, what they understand of the answers, and what they do
when they are displaced or their socket closes. From their sources; what a source does not say is taken at its worst."""

import asyncio
import json

from wire import HEARTBEAT, LOGIN, LOGIN_ANSWER, fields, login, message, packet, parts, values

KICK, KICK_PC = 0x0107, 0x010A
REMOVE_SESSION, REMOVED_SESSION = 0x0206, 0x0207
ALL_USERS, USERS, STATUSES, STATUS_ANSWER, READ = 0x0208, 0x0209, 0x020A, 0x020B, 0x0303
PATIENCE = 5
LOST = (OSError, EOFError, asyncio.TimeoutError)


async def look_up(address):
    """Where GET /msg_server leads."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(f"GET /msg_server HTTP/1.1\r\nHost: {address[0]}\r\nConnection: close\r\n\r\n".encode())
    answer = json.loads((await reader.read()).partition(b"\r\n\r\n")[2])
    writer.close()
    if answer["code"] != 0:
        raise ConnectionError(f"/msg_server answers with code {answer['code']}")
    return answer["priorIP"], int(answer["port"])


class Record:
    """What two clients of one user have seen."""

    def __init__(self):
        self.logins = self.failed = self.kicked = self.closed = self.asked = self.unanswered = self.partial = 0
        self.user = None


class StockClient:
    client_type = 0x01
    # In the header of its packets.
    version = 1
    reserved = 0
    first_sequence = 1
    heartbeat = 5
    # Heartbeats without an answer after which it takes the connection for dead.
    max_missed = None
    heeds_kick = False
    # Seconds until it has acted on a kick; if its socket closes first, it forgets the kick.
    kick_takes = 0
    # Seconds from the end of its socket to the next login.
    return_after = 0

    def __init__(self, lookups, name, password, people, record):
        self.lookups, self.name, self.password = lookups, name, password
        self.people, self.record = people, record
        self.writer = None
        self.is_in = False

    async def live(self):
        while True:
            try:
                await asyncio.wait_for(self.enter(), 15)
                is_over = await self.stay()
            except LOST:
                self.record.failed += 1
                is_over = False
                await asyncio.sleep(1)
            finally:
                self.is_in = False
                if self.writer:
                    self.writer.close()
            if is_over:
                return
            await asyncio.sleep(self.return_after)

    async def enter(self):
        # Each time at another node, if there are several.
        self.lookups.append(self.lookups.pop(0))
        self.reader, self.writer = await asyncio.open_connection(*await look_up(self.lookups[-1]), limit=1 << 20)
        self.sequence = self.first_sequence - 1
        self.waiting, self.missed = {}, 0
        number = self.send(LOGIN, login(self.name, self.password, self.client_type, "bench"))
        while True:
            command, sequence, body = await self.receive()
            if command == LOGIN_ANSWER and sequence == number:
                break
        answer = fields(body)
        if answer.get(2) != 0:
            raise ConnectionError(f"login refused with {answer.get(2)}")
        self.user = self.record.user = fields(answer[5])[1]
        self.record.logins += 1
        self.is_in = True

    async def stay(self):
        """Until the connection is over for this client; returns whether it stays away."""
        jobs = [asyncio.create_task(job) for job in (self.beat(), self.use())]
        try:
            while True:
                command, sequence, body = await self.receive()
                if command == HEARTBEAT:
                    self.missed = 0
                if command == KICK:
                    self.record.kicked += 1
                    self.is_in = False
                    if self.heeds_kick:
                        return not await self.closes_within(self.kick_takes)
                elif answer := self.waiting.pop((command, sequence), None):
                    answer.set_result(body)
        except LOST:
            if self.is_in:
                self.record.closed += 1
            return False
        finally:
            for job in jobs:
                job.cancel()

    async def closes_within(self, seconds):
        try:
            return seconds > 0 and await asyncio.wait_for(self.reader.read(), seconds) == b""
        except asyncio.TimeoutError:
            return False

    async def receive(self):
        """(command, sequence, body)"""
        length, command, sequence = parts(await self.reader.readexactly(16))
        return command, sequence, await self.reader.readexactly(length - 16)

    def send(self, command, body=b""):
        self.sequence = self.sequence % 30_000 + 1
        self.writer.write(packet(command, body, self.sequence, self.version, self.reserved))
        return self.sequence

    async def beat(self):
        while True:
            await asyncio.sleep(self.heartbeat)
            if self.missed == self.max_missed:
                return self.writer.transport.abort()
            self.missed += 1
            self.send(HEARTBEAT)

    async def ask(self, command, body, answer):
        """The first packet with the answer's command and the request's sequence: they know no others. `None` if it does
        not come, which counts unless the client has lost its place meanwhile."""
        self.record.asked += 1
        future = asyncio.get_running_loop().create_future()
        self.waiting[answer, self.send(command, body)] = future
        try:
            return await asyncio.wait_for(future, PATIENCE)
        except asyncio.TimeoutError:
            self.record.unanswered += self.is_in
            return None

    async def use(self):
        """What it asks as long as it is in."""
        await self.list_users()

    async def list_users(self):
        body = await self.ask(ALL_USERS, message((1, self.user), (2, 0)), USERS)
        users = [fields(user)[1] for user in values(body or b"", 3)]
        self.record.partial += body is not None and len(users) < self.people
        return users


class Web(StockClient):
    """im.js: ignores the kick, and logs in again at once when its socket closes."""
    version, first_sequence, heartbeat = 0, 2, 45


class Dart(Web):
    """Closed means log in again; calls itself an Android phone."""
    client_type, first_sequence, heartbeat = 0x12, 1, 5


class Electron(StockClient):
    """Takes the first packet of what it reads and loses what stands behind it; has read message 1, whatever it has."""
    client_type, version, reserved, max_missed = 0x02, 6, 0x30, 4

    async def receive(self):
        data = b""
        while len(data) < 16 or len(data) < parts(data[:16])[0]:
            some = await self.reader.read(65536)
            if not some:
                raise EOFError
            data += some
        length, command, sequence = parts(data[:16])
        return command, sequence, data[16:length]

    async def use(self):
        await self.list_users()
        self.send(READ, message((1, self.user), (2, self.user % 1000 + 1), (3, 1), (4, 1)))


class Windows(StockClient):
    """Learns of the kick on one thread, of the end of its socket on another; back after 3 s, but not after a kick."""
    heeds_kick, kick_takes, return_after = True, 0.2, 3

    async def use(self):
        users = await self.list_users()
        for start in range(0, len(users), 300):
            await self.ask(STATUSES, message((1, self.user), (2, users[start:start + 300])), STATUS_ANSWER)


class IOS(StockClient):
    """Removes conversations under the number of the answer; learns of the end of its socket when it writes."""
    client_type, version, heartbeat, heeds_kick, return_after = 0x11, 13, 30, True, 5

    async def receive(self):
        try:
            return await super().receive()
        except asyncio.IncompleteReadError:
            while not self.writer.is_closing():
                await asyncio.sleep(0.1)
            raise

    async def use(self):
        for _ in range(2):
            await self.list_users()
        while True:
            body = message((1, self.user), (2, 1), (3, self.user % 1000 + 1))
            answer = await self.ask(REMOVED_SESSION, body, REMOVED_SESSION)
            self.record.partial += answer is not None and not {1, 2, 3, 4} <= fields(answer).keys()
            await asyncio.sleep(5)


class Mac(StockClient):
    """Asks how everybody is in one packet."""
    client_type, heartbeat, heeds_kick, return_after = 0x02, 30, True, 1

    async def use(self):
        users = await self.list_users()
        while True:
            answer = await self.ask(STATUSES, message((1, self.user), (2, users)), STATUS_ANSWER)
            told = {fields(status)[1] for status in values(answer or b"", 2)}
            self.record.partial += answer is not None and told != set(users)
            await asyncio.sleep(5)


class Phone(IOS):
    """Sends its user's PC away."""

    async def use(self):
        await asyncio.sleep(3)
        await self.ask(KICK_PC, message((1, self.user)), KICK_PC + 1)
        await super().use()
