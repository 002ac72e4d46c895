"""What goes wrong while two people talk, and what they see of it."""

import os
import signal
import threading
import time

from person import Person

# Longest time without a connection after the death of a node.
GAP = 3.0


def unread(alice, bob, _):
    """A thousand messages that nobody has read: where they begin is shown, and all of them are there."""
    alice.browser.run("location.hash = ''")
    bob.open("Alice")
    count = 1000
    last = bob.conversation("Alice")[-1][0]
    for start in range(0, count, 100):
        bob.browser.run(
            "return Promise.all([import('/chat/host.js'), import('/chat/model.js')]).then(([{ wish }, { model }]) => {"
            "for (let n = arguments[0]; n < arguments[0] + 100; n += 1)"
            "  wish('write', { key: model.timeline.key, text: `number ${n + 1}` }) })", start)
    bob.browser.until("all to be stored", lambda: bob.model("model.timeline.waiting.length") == 0, 120)
    alice.browser.until("all to be unread", lambda: alice.browser.texts(".count") == ["999+"], 30)
    assert alice.browser.run("return document.title") == f"({count}) Grapevine", alice.browser.run("return document.title")
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
    """The newer one stays, the older one says so, and nothing goes to and fro."""
    other = Person(type(bob.browser)(bob.browser.pictures), alice.address)
    try:
        other.sign_in("bob")
        bob.browser.see("You are signed in elsewhere.", ".standing")
        bob.browser.picture("chat-elsewhere")
        time.sleep(3)
        assert other.phase() == "online" and bob.phase() == "displaced"
        bob.browser.press("Use here")
        bob.browser.until("bob to be back", lambda: bob.phase() == "online")
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


def node(alice, bob, cluster):
    """The node of one of two who write is killed: nothing is lost, doubled or out of order on either screen."""
    alice.open("Bob")
    bob.open("Alice")
    # Wherever she is after what went before: back on her own node.
    alice.browser.driver.refresh()
    alice.browser.until("alice to be there", lambda: alice.phase() == "online")
    alice.open("Bob")
    gaps = []
    begun = threading.Event()

    def watch():
        """How long she is without a connection."""
        lost = None
        end = time.monotonic() + 20
        while time.monotonic() < end:
            is_online = alice.phase() == "online"
            if not is_online and lost is None:
                lost = time.monotonic()
            if is_online and lost is not None:
                gaps.append(time.monotonic() - lost)
                return
            time.sleep(0.02)

    for number in range(1, 21):
        alice.write(f"from alice {number}")
        bob.write(f"from bob {number}")
        if number == 10:
            cluster.kill("node1")
            thread = threading.Thread(target=watch)
            begun.set()
            thread.start()
            thread.join()
    assert begun.is_set() and gaps, "alice never lost her connection, or never came back"
    assert max(gaps) <= GAP, f"{max(gaps):.1f} s without a connection"
    for person in (alice, bob):
        person.browser.until("all to be stored", lambda: person.model("model.timeline.waiting.length") == 0, 60)
        for other in ("alice", "bob"):
            person.see(f"from {other} 20", 30)
    seen = [person.model("model.timeline.messages.map(({ id, text }) => [id, text])") for person in (alice, bob)]
    for messages in seen:
        ids = [id for id, _ in messages]
        assert ids == sorted(set(ids)), "out of order, or doubled"
        for name in ("alice", "bob"):
            said = [text for _, text in messages if text.startswith(f"from {name} ")]
            assert said == [f"from {name} {number}" for number in range(1, 21)], said
    print(f"    without a connection for {max(gaps):.2f} s", flush=True)
