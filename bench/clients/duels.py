"""Two stock clients of one user against each other, of each kind, for a minute."""

import argparse
import asyncio
import json
import sys
from collections import Counter

import stock
from wire import HEARTBEAT, Client, fields, message, values

DUELS = [
    ("web", stock.Web, stock.Web),
    ("Dart", stock.Dart, stock.Dart),
    ("Electron", stock.Electron, stock.Electron),
    ("Windows", stock.Windows, stock.Windows),
    ("iOS", stock.IOS, stock.IOS),
    ("mac", stock.Mac, stock.Mac),
    ("Windows, sent away by its phone", stock.Windows, stock.Phone),
]
STATUS_CHANGED = 0x0203
MOST_LOGINS = 8
# That a user is there, and that he is gone.
MOST_NOTICES = 2
LEAST_PEOPLE = 2000
FIRST_USER = 1801


class Observer:
    """A PC of somebody else: knows everybody, and is told who comes and goes."""

    async def enter(self, address, name, password):
        self.client = await Client.connect(await stock.look_up(address))
        user = await self.client.log_in(name, password)
        if not user:
            sys.exit(f"{name} cannot log in: are there test users (talkctl user seed), with this password?")
        number = self.client.send(stock.ALL_USERS, message((1, user), (2, 0)))
        self.people, self.notices = 0, Counter()
        # A list may come in several packets; the last one is followed by nothing.
        while True:
            try:
                command, sequence, body = await asyncio.wait_for(self.client.receive(), 2)
            except asyncio.TimeoutError:
                return
            if (command, sequence) == (stock.USERS, number):
                self.people += len(values(body, 3))

    async def watch(self):
        while True:
            command, _, body = await self.client.receive()
            if command == STATUS_CHANGED:
                self.notices[fields(fields(body)[1])[1]] += 1

    async def beat(self):
        while True:
            self.client.send(HEARTBEAT)
            await asyncio.sleep(30)


def judge(record, notices, online):
    """What of the rules is broken."""
    rules = [
        (record.logins > MOST_LOGINS, f"more than {MOST_LOGINS} logins"),
        (record.failed > 0, f"{record.failed} logins failed"),
        (notices > MOST_NOTICES, f"others were told {notices} times"),
        (record.closed > 0, f"{record.closed} connections closed without a word"),
        (record.unanswered > 0, f"{record.unanswered} questions without an answer"),
        (record.partial > 0, f"{record.partial} answers in part only"),
        (online != 1, f"{online} of the two are in at the end"),
    ]
    return [text for is_broken, text in rules if is_broken]


async def play(options):
    observer = Observer()
    await observer.enter(options.http[0], f"u{FIRST_USER - 1}", options.password)
    if observer.people < LEAST_PEOPLE:
        sys.exit(f"there are {observer.people} users; these rules are about {LEAST_PEOPLE} at least")
    jobs = [asyncio.create_task(job) for job in (observer.watch(), observer.beat())]
    duels = []
    for number, (title, *kinds) in enumerate(DUELS):
        record = stock.Record()
        name = f"u{FIRST_USER + number}"
        duels.append((title, record, [
            kind(options.http[place:] + options.http[:place], name, options.password, observer.people, record)
            for place, kind in enumerate(kinds)
        ]))
    for place in range(2):
        jobs += [asyncio.create_task(clients[place].live()) for _, _, clients in duels]
        await asyncio.sleep(1)
    await asyncio.sleep(options.seconds)
    found = []
    for title, record, clients in duels:
        notices, online = observer.notices[record.user], sum(client.is_in for client in clients)
        found.append({
            "clients": title, "logins": record.logins, "kicked": record.kicked, "notices": notices,
            "questions": record.asked, "online": online, "broken": judge(record, notices, online),
        })
    for job in jobs:
        job.cancel()
    return {"seconds": options.seconds, "people": observer.people, "duels": found}


def show(report):
    print(f"{'two of one user':32} logins  kicked  told to others  questions  in  ")
    for duel in report["duels"]:
        print(f"{duel['clients']:32} {duel['logins']:6} {duel['kicked']:7} {duel['notices']:15} "
              f"{duel['questions']:10} {duel['online']:3}  {', '.join(duel['broken']) or 'ok'}")


def address(text):
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit():
        raise argparse.ArgumentTypeError(f"expected HOST:PORT, not '{text}'")
    return host, int(port)


def main():
    parser = argparse.ArgumentParser(prog="bench/clients/run", description=__doc__)
    parser.add_argument("--http", type=address, action="append", help="asked for /msg_server (127.0.0.1:8080); repeat")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--password", default="grapevine", help="of the users u1 and so on")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    options.http = options.http or [("127.0.0.1", 8080)]
    report = asyncio.run(play(options))
    is_fine = not any(duel["broken"] for duel in report["duels"])
    if options.json:
        print(json.dumps({"verdict": "ok" if is_fine else "broken", **report}))
    else:
        show(report)
    sys.exit(0 if is_fine else 1)


if __name__ == "__main__":
    main()
