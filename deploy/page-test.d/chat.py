"""Two people talk in two browsers on two nodes of a cluster, while things go wrong.

chat.py FOLDER FIRST SECOND PICTURES: the folder of the cluster, the public HTTP ports of two of its nodes.
"""

import sys
import time

import chat_away
import chat_faults
import chat_files
import chat_lists
import chat_media
import chat_newcomer
import chat_size
from browser import NARROW, WIDE, Browser
from cluster import Cluster
from person import Person


def sign_in(alice, bob, _):
    alice.browser.driver.get(alice.address)
    alice.browser.see("Messages within your company")
    alice.browser.picture("chat-door")
    alice.browser.fill("Name", "alice")
    alice.browser.fill("Password", "wrong")
    alice.browser.press("Sign in")
    alice.browser.see("The name or the password is wrong")
    alice.sign_in("alice")
    bob.sign_in("bob")
    kept = alice.browser.run("return [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]")
    assert "grapevine" not in "".join(kept).replace("grapevine.language", ""), kept


def talk(alice, bob, _):
    alice.open("Bob")
    alice.write("Hi Bob, have you seen https://example.org/plan?a=1&b=2 already?")
    bob.browser.see("1", ".count")
    bob.browser.see("Alice", ".row")
    bob.open("Alice")
    bob.see("have you seen")
    bob.browser.until("nothing to be unread", lambda: not bob.browser.all(".count"))
    bob.write("看过了，非常好 👍")
    bob.write("[牙牙撒花]")
    bob.write("Two things:\n1. the date\n2. the place")
    alice.see("看过了，非常好 👍")
    alice.see("🎉")
    alice.see("2. the place")
    link = alice.browser.all(".body a")[0]
    assert link.get_attribute("href") == "https://example.org/plan?a=1&b=2", link.get_attribute("href")
    assert "noopener" in link.get_attribute("rel")
    bob.type("I am just")
    alice.browser.see("is writing …", ".head")
    bob.type("")
    alice.write("<img src=x onerror=alert(1)> & \"quotes\" \u202e abc")
    bob.see("<img src=x onerror=alert(1)>")
    alice.browser.picture("chat-talk")


def too_long(alice, _, __):
    alice.type("\n".join(f"line {number}" for number in range(2000)))
    alice.browser.see("This is too long for one message", ".fault")
    assert not alice.browser.all(".composer .main")[0].is_enabled()
    alice.type("")
    alice.browser.until("the box to be usable", lambda: not alice.browser.text(".composer .fault"))


def tabs(alice, bob, _):
    """Tabs share one connection; a reload shows what was there."""
    before = alice.texts()
    alice.type("a thought that is not finished")
    alice.browser.until("the draft to be kept", lambda: alice.model(
        "[...model.conversations.values()].some(({ draft }) => draft.startsWith('a thought'))"))
    alice.browser.driver.refresh()
    alice.browser.until("what was there", lambda: alice.texts() == before)
    assert alice.browser.run("return document.querySelector('textarea').value") == "a thought that is not finished"
    alice.type("")
    first = alice.browser.driver.current_window_handle
    alice.browser.driver.switch_to.new_window("tab")
    alice.browser.driver.get(alice.address)
    alice.browser.see("Bob", ".row")
    alice.open("Bob")
    bob.write("to both tabs")
    alice.see("to both tabs")
    assert not alice.browser.all(".standing"), alice.browser.text(".standing")
    alice.browser.driver.close()
    alice.browser.driver.switch_to.window(first)
    alice.see("to both tabs")


def upgrade(alice, _, __):
    """A tab that was opened before an upgrade begins anew when one of a newer page is opened beside it."""
    alice.browser.run("window.isOld = true")
    first = alice.browser.driver.current_window_handle
    alice.browser.driver.switch_to.new_window("tab")
    alice.browser.driver.get(alice.address)
    alice.browser.see("Bob", ".row")
    alice.browser.run("new BroadcastChannel('grapevine versions').postMessage('of the next release')")
    # Only now, as a tab that somebody looks at stays as it is.
    alice.browser.driver.close()
    alice.browser.driver.switch_to.window(first)
    alice.browser.until("a new page", lambda: not alice.browser.run("return window.isOld"))
    alice.browser.see("Bob", ".row")


def groups(alice, bob, _):
    alice.make_group("Planning 计划", ["Bob", "Carol"])
    alice.write("Welcome to the group")
    bob.browser.see("Planning 计划", ".row")
    bob.open("Planning 计划")
    bob.see("Welcome to the group")
    bob.write("Thank you")
    alice.see("Thank you")
    alice.browser.click(alice.browser.all(".head .who")[0])
    alice.browser.see("Creator", "dialog")
    alice.browser.picture("chat-group")
    alice.browser.close_window()
    bob.browser.click(bob.browser.all(".head .who")[0])
    bob.browser.press("Leave the group")
    bob.browser.press("Leave")
    alice.browser.see("2 members", ".head")


def profile(alice, bob, _):
    alice.browser.click(alice.browser.all(".own")[0])
    alice.browser.fill("Signature", "Out for lunch 🍜")
    alice.browser.press("Save")
    alice.browser.see("Out for lunch 🍜", ".own")
    bob.open("Alice")
    bob.browser.see("Out for lunch 🍜", ".head")


def looks(alice, bob, _):
    alice.open("Bob")
    for size, width in ((WIDE, "wide"), (NARROW, "narrow")):
        alice.browser.resize(size)
        for is_dark in (False, True):
            alice.browser.dark(is_dark)
            time.sleep(0.3)
            alice.check_width(size)
            alice.browser.picture(f"chat-{width}-{'dark' if is_dark else 'light'}")
    alice.browser.dark(False)
    alice.browser.click(alice.browser.all(".back")[0])
    alice.browser.see("People")
    alice.browser.picture("chat-narrow-list")
    alice.browser.resize(WIDE)
    alice.check_access()
    alice.browser.press("People")
    alice.search("car")
    alice.browser.see("Carol", ".row")
    alice.search("")
    alice.browser.picture("chat-people")
    alice.check_access()
    alice.browser.press("Chats")
    alice.browser.click(alice.browser.all(".own")[0])
    alice.browser.press("中文")
    alice.browser.see("通讯录")
    alice.open("Bob")
    alice.browser.picture("chat-chinese")
    alice.browser.run("localStorage.setItem('grapevine.language', 'en')")
    alice.browser.driver.refresh()
    alice.browser.see("People")


STEPS = [
    ("an account", chat_newcomer.account),
    ("signing in", sign_in),
    ("a silent group", chat_newcomer.silent_group),
    ("somebody who has left", chat_newcomer.gone),
    ("talking", talk),
    ("a text that is too long", too_long),
    ("a reload and a second tab", tabs),
    ("an upgrade", upgrade),
    ("a group", groups),
    ("a profile", profile),
    *chat_lists.STEPS,
    *chat_media.STEPS,
    *chat_files.STEPS,
    ("windows and keys", chat_newcomer.windows),
    ("a certificate that was let pass", chat_newcomer.certificate),
    ("told while away", chat_away.away),
    ("looks", looks),
    ("a thousand unread messages", chat_faults.unread),
    ("signing in elsewhere", chat_faults.elsewhere),
    ("PostgreSQL stands still", chat_faults.database),
    ("five thousand people", chat_size.people),
    ("ten thousand messages", chat_size.messages),
    ("a node dies", chat_faults.node),
]


def main():
    folder, first, second, pictures = sys.argv[1:5]
    cluster = Cluster(folder, first)
    alice, bob = Person(Browser(pictures), first), Person(Browser(pictures), second)
    try:
        for name, step in STEPS:
            began = time.monotonic()
            print(f"  {name} …", flush=True)
            step(alice, bob, cluster)
            for person in (alice, bob):
                strange = person.strange_faults()
                assert not strange, f"the console complains: {strange}"
            print(f"    ok, {time.monotonic() - began:.1f} s", flush=True)
    finally:
        for person in (alice, bob):
            person.browser.picture(f"chat-last-{person.name or 'nobody'}")
            person.browser.close()


if __name__ == "__main__":
    main()
