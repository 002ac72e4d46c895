"""Two people call each other in two browsers on two nodes; everything that they say goes through a TURN server.

call.py FOLDER FIRST SECOND PICTURES: the folder of the cluster, the public HTTP ports of two of its nodes.
"""

import sys
import time

from browser import NARROW, WIDE
from call_faults import CONNECTED, nodes, talk
from caller import Caller
from cluster import Cluster
from phone import OVER, RING, Phone


def sign_in(alice, bob, _):
    alice.sign_in("alice")
    bob.sign_in("bob")
    assert not alice.browser.all(".call, .incoming")


def video(alice, bob, _):
    alice.open("Bob")
    called = alice.ring("Bob", True)
    bob.rings("Alice calls you, with video.")
    rang = bob.browser.run("return Date.now()")
    alice.browser.see("Ringing …", ".call")
    alice.browser.picture("call-calling")
    bob.browser.picture("call-incoming")
    bob.check_access()
    taken = bob.answers("Accept")
    took = (max(alice.talks(), bob.talks()) - taken) / 1000
    print(f"    rings after {(rang - called) / 1000:.2f} s, connected {took:.2f} s after it was taken", flush=True)
    assert took <= CONNECTED, f"connected {took:.2f} s after it was taken"
    for person in (alice, bob):
        found = person.sees()
        assert found["way"] == ["relay", "relay"], found
        heard = person.hears()
        print(f"    {person.name}: {found['frames']} pictures of {found['width']} pixels, {heard['packets']} packets "
              f"of sound, loudness {heard['energy']:.4f}, round trip {1000 * heard['roundTrip']:.0f} ms", flush=True)
    alice.browser.see("through a relay", ".call .quality")
    alice.browser.picture("call-video")
    alice.check_access()
    bob.tool("Hang up")
    alice.ends("The call has ended.")
    bob.gone()
    bob.open("Alice")
    for person in (alice, bob):
        person.see("Call, 0:")


def switches(alice, bob, _):
    """A call that begins with voice alone: mute, camera, screen, devices, a small window."""
    took = talk(alice, bob)
    print(f"    connected {took:.2f} s after it was taken", flush=True)
    assert not alice.browser.all(".call video"), "a call without a picture shows one"
    for person in (alice, bob):
        person.hears()
    alice.tool("Mute")
    bob.browser.see("Alice is muted.", ".call")
    alice.tool("Mute")
    bob.browser.until("no word of it", lambda: "muted" not in bob.browser.text(".call"))
    alice.tool("Camera")
    bob.sees()
    alice.browser.until("her own picture", lambda: alice.browser.all(".call .mine"))
    alice.tool("Camera")
    bob.browser.until("no picture", lambda: not bob.browser.all(".call video"))
    bob.tool("Share the screen")
    alice.browser.until("the screen", lambda: alice.browser.all(".call .theirs[data-screen]"))
    alice.sees()
    alice.browser.picture("call-screen")
    bob.tool("Share the screen")
    alice.browser.until("no picture", lambda: not alice.browser.all(".call video"))
    alice.tool("Devices")
    alice.browser.until("a choice", lambda: len(alice.browser.all(".devices option")) > 1)
    alice.browser.picture("call-devices")
    alice.check_access()
    options = [each.text for each in alice.browser.box("Microphone").find_elements("css selector", "option")]
    alice.browser.choose("Microphone", options[-1])
    bob.hears()
    alice.tool("Devices")
    alice.tool("Make it small")
    alice.browser.picture("call-small")
    alice.write("while we talk")
    bob.see("while we talk")
    alice.tool("Make it large")
    alice.tool("Hang up")
    bob.ends("The call has ended.")


def refused(alice, bob, cluster):
    alice.ring("Bob", False)
    bob.rings("Alice calls you.")
    bob.answers("Decline")
    alice.ends("Bob has declined.")
    alice.see("Declined call")
    alice.ring("Bob", False)
    bob.rings("Alice calls you.")
    alice.tool("Hang up")
    bob.gone()
    bob.see("Cancelled call")
    # Somebody who is in another call.
    phones = [Phone(cluster.setting("node3", "client.listen"), *who) for who in (("bob", 2), ("carol", 3))]
    phones[0].call(3, 5)
    phones[1].await_packet(RING)
    alice.ring("Bob", False)
    alice.ends("Bob is in another call.")
    for phone in phones:
        phone.close()
    bob.see("Missed call")
    alice.ring("Carol", False)
    alice.ends("Carol is offline.")


def listed(alice, bob, _):
    """The list of calls has what became of each, in the words of either side."""
    found, missed = alice.listed()
    assert found[:4] == ["↗ Nobody answered", "↗ Nobody answered", "↗ Cancelled call", "↗ Declined call"], found
    assert not missed and all(each.startswith("↗ Call, 0:0") for each in found[4:]), (found, missed)
    found, missed = bob.listed()
    # The call of his phone to Carol is one of his, and Alice heard that he had it.
    assert missed == ["↙ Missed call", "↙ Missed call"], (found, missed)
    assert "↗ Cancelled call" in found and "↙ Declined call" in found, found


def from_a_card(alice, bob, _):
    """A call that begins in a card above another window can be hung up: neither stays in front of it."""
    alice.make_group("Planning", ["Bob", "Carol"])
    alice.browser.click(alice.browser.all(".head .who")[0])
    alice.choose("Bob")
    alice.browser.press("Call")
    bob.rings("Alice calls you.")
    # As a pointer does it: not what a window in front covers.
    alice.browser.click(alice.browser.until("what hangs up", lambda: [
        each for each in alice.browser.all(".call button") if each.get_attribute("aria-label") == "Hang up"])[0])
    bob.gone()


def without_devices(alice, bob, _):
    alice.open("Bob")
    alice.forbid("NotAllowedError")
    alice.tool("Call", ".head button")
    alice.ends("This page may not use the microphone.")
    alice.forbid("NotFoundError")
    alice.tool("Call", ".head button")
    alice.ends("There is no microphone.")
    alice.forbid(None)
    # Who cannot take it is told so, and it rings on.
    alice.ring("Bob", True)
    bob.rings("Alice calls you")
    bob.forbid("NotAllowedError")
    bob.answers("Accept")
    bob.browser.see("This page may not use the microphone.", ".incoming")
    bob.browser.picture("call-forbidden")
    bob.forbid(None)
    bob.answers("Accept without camera")
    bob.talks()
    bob.sees()
    assert not alice.browser.all(".call .theirs")
    alice.tool("Hang up")
    bob.ends("The call has ended.")


def elsewhere(alice, bob, cluster):
    """A phone and a second tab ring as well, and stop."""
    phone = Phone(cluster.setting("node3", "client.listen"), "bob", 2)
    first = bob.browser.driver.current_window_handle
    bob.browser.driver.switch_to.new_window("tab")
    bob.browser.driver.get(bob.address)
    bob.browser.until("the lists", lambda: bob.browser.all(".own"))
    second = bob.browser.driver.current_window_handle
    alice.ring("Bob", False)
    phone.await_packet(RING)
    bob.rings("Alice calls you.")
    bob.browser.driver.switch_to.window(first)
    bob.rings("Alice calls you.")
    bob.answers("Accept")
    bob.talks()
    began = time.monotonic()
    phone.await_packet(OVER)
    print(f"    the phone stops ringing {time.monotonic() - began:.2f} s after the call was there", flush=True)
    bob.browser.driver.switch_to.window(second)
    bob.gone()
    bob.browser.driver.close()
    bob.browser.driver.switch_to.window(first)
    assert bob.state() == "Connected", "the call ended with another tab"
    # The tab of the call itself.
    bob.browser.driver.refresh()
    alice.ends("The call has ended.")
    bob.browser.until("the lists", lambda: bob.browser.all(".own"))
    phone.close()


def looks(alice, bob, _):
    """On a phone, dark, and in Chinese."""
    alice.browser.resize(NARROW)
    alice.browser.dark(True)
    bob.ring("Alice", True)
    alice.rings("Bob calls you")
    alice.browser.picture("call-narrow-incoming")
    assert alice.browser.run("return document.documentElement.scrollWidth - innerWidth") <= 0
    alice.answers("Accept")
    alice.talks()
    alice.sees()
    alice.browser.picture("call-narrow")
    assert alice.browser.run("return document.documentElement.scrollWidth - innerWidth") <= 0
    alice.check_access()
    alice.tool("Make it small")
    alice.browser.picture("call-narrow-small")
    alice.tool("Hang up")
    bob.gone()
    alice.gone()
    alice.browser.resize(WIDE)
    alice.browser.run("localStorage.setItem('grapevine.language', 'zh')")
    alice.browser.driver.refresh()
    alice.browser.see("通讯录")
    bob.ring("Alice", True)
    alice.rings("Bob 邀请你视频通话。")
    alice.browser.picture("call-chinese-incoming")
    alice.answers("接听")
    alice.browser.see("经中继", ".call", 15)
    alice.browser.picture("call-chinese")
    alice.tool("挂断")
    alice.gone()
    bob.gone()
    alice.browser.run("localStorage.setItem('grapevine.language', 'en')")
    alice.browser.driver.refresh()
    alice.browser.dark(False)
    alice.browser.see("People")


STEPS = [
    ("signing in", sign_in),
    ("a call with video", video),
    ("mute, camera, screen, devices", switches),
    ("refused, cancelled, busy, offline", refused),
    ("a list of calls", listed),
    ("from a card", from_a_card),
    ("no devices", without_devices),
    ("a phone and a second tab", elsewhere),
    ("nodes die", nodes),
    ("looks", looks),
]


def main():
    folder, first, second, pictures = sys.argv[1:5]
    cluster = Cluster(folder, first)
    alice, bob = Caller(pictures, first), Caller(pictures, second)
    try:
        for name, step in STEPS:
            began = time.monotonic()
            print(f"  {name} …", flush=True)
            step(alice, bob, cluster)
            for person in (alice, bob):
                strange = person.strange_faults()
                assert not strange, f"the console complains: {strange}"
                hosts = person.browser.strange_hosts(person.address)
                assert all(url.startswith(("ws://127.0.0.1:", "http://127.0.0.1:")) for url in hosts), hosts
            print(f"    ok, {time.monotonic() - began:.1f} s", flush=True)
    finally:
        for person in (alice, bob):
            person.browser.picture(f"call-last-{person.name or 'nobody'}")
            person.browser.close()


if __name__ == "__main__":
    main()
