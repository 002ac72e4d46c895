"""Calls while nodes die."""

import time

from chat_faults import node_of

# Seconds from one side taking a call to both hearing each other; and from the end of a node to the end of its calls.
CONNECTED = 2.0
ENDED = 5.0


def talk(alice, bob):
    """A call with voice that both hear. Seconds from the answer to it."""
    alice.ring("Bob", False)
    bob.rings("Alice calls you.")
    taken = bob.answers("Accept")
    took = (max(alice.talks(), bob.talks()) - taken) / 1000
    assert took <= CONNECTED, f"connected {took:.2f} s after it was taken"
    return took


def nodes(alice, bob, cluster):
    """The node of the callee, then that of the caller, is killed while it rings and while they talk."""
    for victim in (bob, alice):
        for is_talking in (False, True):
            for person in (alice, bob):
                person.come_back()
            _await_presence(alice, bob)
            if is_talking:
                talk(alice, bob)
            else:
                alice.ring("Bob", False)
                bob.rings("Alice calls you.")
            name = node_of(cluster, victim.model("model.state.me"))
            other = node_of(cluster, (alice if victim is bob else bob).model("model.state.me"))
            assert name != other, f"both are on {name}"
            command = cluster.kill(name)
            began = time.monotonic()
            both = (alice, bob)
            over = lambda who: not who.browser.all(".incoming, .call:not([data-over])")
            for person in both:
                person.browser.until("the end", lambda who=person: over(who), 10)
            took = time.monotonic() - began
            print(f"    {name}, node of {victim.name}, killed while they {'talk' if is_talking else 'ring'}: over for "
                  f"both after {took:.2f} s", flush=True)
            assert took <= ENDED, f"over after {took:.2f} s"
            for person in both:
                person.gone()
            cluster.start(name, command)
            cluster.await_all()
    for person in (alice, bob):
        person.come_back()
    _await_presence(alice, bob)
    # Nobody heard the end of what ended with the node that it belonged to.
    alice.browser.until("calls that broke off", lambda: alice.listed()[0].count("↗ Call that broke off") == 2, 30)
    took = talk(alice, bob)
    bob.hears()
    print(f"    afterwards: connected {took:.2f} s after it was taken", flush=True)
    alice.tool("Hang up")
    bob.ends("The call has ended.")


def _await_presence(alice, bob):
    """Both are online for each other, on two nodes."""
    alice.open("Bob")
    alice.browser.until("Bob online", lambda: "Online" in alice.browser.text(".head"), 30)
    bob.open("Alice")
    bob.browser.until("Alice online", lambda: "Online" in bob.browser.text(".head"), 30)
