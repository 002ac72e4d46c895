"""The list of conversations: who is found there, and what leaves it; and the box to write in on a phone."""

from browser import NARROW, WIDE


def search(alice, _, __):
    """Somebody to whom nothing was said yet is found as well, with what tells him from others of his name."""
    browser = alice.browser
    browser.press("Chats")
    alice.search("u1999")
    browser.until("whoever is called so", lambda: browser.texts(".rows .row .lines") == ["u1999\nSales"])
    browser.picture("chat-search")
    alice.search("frien")
    browser.until("a group", lambda: browser.texts(".rows .row strong") == ["Friends"])
    alice.search("nobody at all")
    browser.see("Nothing found.", ".listing")
    alice.search("")


def removed(alice, bob, _):
    """A conversation leaves the list from its card, which the list opens, and is back with the next message."""
    browser = alice.browser
    alice.open("Bob")
    row = next(each for each in browser.all(".rows .row") if "Bob" in each.text.splitlines())
    browser.run("arguments[0].dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }))", row)
    browser.see("Call with video", "dialog")
    browser.picture("chat-card")
    browser.press("Remove from the list")
    browser.press("Remove")
    browser.until("no conversation to be open", lambda: not browser.all(".talk"))
    browser.until("Bob to be gone", lambda: "Bob" not in browser.texts(".rows .row strong"))
    bob.open("Alice")
    bob.write("Are you still there?")
    browser.until("Bob to be back", lambda: "Bob" in browser.texts(".rows .row strong"))


def phone(alice, _, __):
    """What speaks and what sends share a place there, so that there is room to write."""
    browser = alice.browser
    alice.open("Bob")
    browser.resize(NARROW)
    shown = lambda: [each.accessible_name for each in browser.all(".composer .box > :is(.speak, .main)")]
    browser.until("what speaks", lambda: shown() == ["Voice message"])
    alice.type("A line that somebody is writing")
    browser.until("what sends", lambda: shown() == ["Send"])
    width = browser.run("return document.querySelector('.composer textarea').clientWidth / innerWidth")
    assert width > 0.5, f"the box is {width:.0%} of the screen"
    browser.picture("chat-narrow-writing")
    alice.type("")
    browser.until("what speaks", lambda: shown() == ["Voice message"])
    browser.resize(WIDE)


STEPS = [("a search", search), ("out of the list", removed), ("writing on a phone", phone)]
