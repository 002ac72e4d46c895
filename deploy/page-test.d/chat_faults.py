"""What goes wrong while two people talk, and what they see of it."""

import os
import signal
import time

from person import Person

# The node takes twenty a second from one user.
UNREAD = int(os.environ.get("UNREAD_MESSAGES", "1000"))
# Longest time without a connection after the death of a node.
GAP = 3.0


def unread(alice, bob, _):
    """A thousand messages that nobody has read: where they begin is shown, and all of them are there."""
    alice.browser.run("location.hash = ''")
    bob.open("Alice")
    count = UNREAD
    last = bob.conversation("Alice")[-1][0]
    for start in range(0, count, 100):
        bob.browser.run(
            f"return Promise.all([{bob.module('host.js')}, {bob.module('model.js')}])"
            ".then(([{ wish }, { model }]) => {"
            "for (let n = arguments[0]; n < arguments[0] + 100; n += 1)"
            "  wish('write', { key: model.timeline.key, text: `number ${n + 1}` }) })", start)
    bob.browser.until("all to be stored", lambda: bob.model("model.timeline.waiting.length") == 0, 120)
    unread_now = "Math.max(0, ...[...model.conversations.values()].map(({ unread }) => unread))"
    alice.browser.until("all to be unread", lambda: alice.model(unread_now) == count, 30)
    title = alice.browser.run("return document.title")
    assert title == f"({count}) Grapevine", title
    alice.open("Bob")
    alice.see(f"number {count}")
    alice.browser.picture("chat-unread")
    alice.browser.click(alice.browser.until("the way to the unread", lambda: alice.browser.all(".jump.up"))[0])
    alice.browser.see("New", ".unread-line", 60)
    assert "number 1" in alice.texts(), alice.texts()[:5]
    assert len(alice.browser.all(".message")) < 200, "too much is in the document"
    known = dict(alice.model("model.timeline.messages.map(({ id, text }) => [id, text])"))
    missing = [n for n in range(1, count + 1) if known.get(last + n) != f"number {n}"]
    assert not missing, f"missing or elsewhere: {missing[:20]}, known {min(known)} to {max(known)} from {last}"
    alice.browser.click(alice.browser.until("the way down", lambda: alice.browser.all(".jump:not(.up)"))[0])
    alice.see(f"number {count}")
    alice.browser.until("nothing to be unread", lambda: not alice.browser.all(".count"))


def elsewhere(alice, bob, _):
    """The newer one stays, the older one says so, and nothing goes to and fro. Who wants to come back gives his
    password, as there is one token for all computers of a user; what he had written is still there."""
    bob.open("Alice")
    bob.type("not sent yet")
    bob.browser.until("the draft to be kept", lambda: bob.model(
        "[...model.conversations.values()].some(({ draft }) => draft === 'not sent yet')"))
    other = Person(type(bob.browser)(bob.browser.pictures), alice.address)
    try:
        other.sign_in("bob")
        bob.browser.see("You are signed in elsewhere.", ".standing")
        bob.browser.picture("chat-elsewhere")
        time.sleep(3)
        assert other.phase() == "online" and bob.phase() == "displaced"
        bob.browser.press("Use here")
        bob.browser.see("You were signed out. Please sign in again.")
        assert bob.browser.box("Name").get_attribute("value") == "bob"
        bob.browser.fill("Password", "grapevine")
        bob.browser.press("Sign in")
        bob.browser.until("bob to be back", lambda: bob.phase() == "online")
        bob.browser.until("his draft", lambda: bob.browser.run(
            "return document.querySelector('textarea')?.value") == "not sent yet")
        bob.type("")
        other.browser.see("You are signed in elsewhere.", ".standing")
    finally:
        other.browser.close()


def _processes_of(folder, name):
    """A server and what it has started."""
    with open(f"{folder}/{name}.pid") as file:
        first = int(file.read().split()[0])
    found = [first]
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    if int(file.read().rpartition(") ")[2].split()[1]) == first:
                        found.append(int(entry))
            except OSError:
                pass
    return found


def database(alice, bob, cluster):
    """Ten seconds without PostgreSQL: what is written waits, and is stored once."""
    alice.open("Bob")
    bob.open("Alice")
    processes = _processes_of(cluster.folder, "postgres")
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        alice.write("while the database stands still")
        time.sleep(10)
        assert alice.browser.all(".message .state"), "it is not shown as being under way"
        alice.browser.picture("chat-no-database")
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    bob.see("while the database stands still", 60)
    alice.browser.until("it to be stored", lambda: alice.model("model.timeline.waiting.length") == 0, 60)
    assert sum("while the database stands still" in text for text in bob.texts()) == 1


def node_of(cluster, user):
    """Where a user has logged in last."""
    logins = []
    for name in ("node1", "node2", "node3"):
        with open(f"{cluster.folder}/log/{name}.log", encoding="utf-8") as file:
            logins += [(line.split()[0], name) for line in file if f"user logged in user={user} " in line]
    return max(logins)[1]


# When the connection was there and when it was not, in milliseconds.
WATCH = "window.phases = []; return " + Person.module("model.js") + """.then(({ listen, model }) => {
  listen(['state'], () => window.phases.push([performance.now(), model.state.phase]));
});
"""


def node(alice, bob, cluster):
    """The node of one of two who write is killed: nothing is lost, doubled or out of order on either screen."""
    alice.open("Bob")
    bob.open("Alice")
    alice.browser.run(WATCH)
    victim = node_of(cluster, alice.model("model.state.me"))
    for number in range(1, 21):
        alice.write(f"from alice {number}")
        bob.write(f"from bob {number}")
        if number == 10:
            cluster.kill(victim)
    for person in (alice, bob):
        person.browser.until("all to be stored", lambda: person.model("model.timeline.waiting.length") == 0, 60)
        for other in ("alice", "bob"):
            person.see(f"from {other} 20", 30)
    for person in (alice, bob):
        messages = person.model("model.timeline.messages.map(({ id, text }) => [id, text])")
        ids = [id for id, _ in messages]
        assert ids == sorted(set(ids)), "out of order, or doubled"
        for name in ("alice", "bob"):
            said = [text for _, text in messages if text.startswith(f"from {name} ")]
            assert said == [f"from {name} {number}" for number in range(1, 21)], said
    phases = alice.browser.run("return window.phases")
    lost = [at for at, phase in phases if phase != "online"]
    back = [at for at, phase in phases if phase == "online"]
    assert lost and back, f"{victim} was killed, and alice noticed nothing: {phases}"
    gap = (max(back) - min(lost)) / 1000
    assert gap <= GAP, f"{gap:.2f} s without a connection"
    print(f"    {gap:.2f} s without a connection", flush=True)
