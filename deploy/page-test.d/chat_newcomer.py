"""Somebody's first minutes: a server that is not there, an account of his own, the groups that he is in, and a
certificate that his browser does not believe."""

import os
import signal
import subprocess

from browser import Browser
from person import Person
from selenium.webdriver.common.by import By


LONG_NAME = "Dora Freifrau von und zu Hohenstein-Schwarzburg-Rudolstadt"


def _visitor(person, address=None):
    visitor = Person(Browser(person.browser.pictures), address or person.address)
    return visitor, visitor.browser


def account(alice, _, cluster):
    """What keeps somebody waiting at the door is said there; an account is made and used in one go."""
    visitor, browser = _visitor(alice)
    try:
        browser.driver.get(visitor.address)
        browser.see("New here?")
        command = cluster.kill("node1")
        browser.fill("Name", "carol")
        browser.fill("Password", "grapevine")
        browser.press("Sign in")
        try:
            browser.see("Trying again", ".door .fault")
            assert browser.text(".door .main") == "Signing in …", browser.text(".door .main")
            assert not browser.all(".door .main")[0].is_enabled()
        finally:
            cluster.start("node1", command)
        browser.until("to be let in", lambda: browser.all(".own"), 60)
        _sign_out(browser)
        browser.press("Make an account")
        browser.fill("Name", "dora,the newcomer")
        browser.fill("Password", "a long password")
        browser.press("Make the account")
        browser.see("A name has letters and digits", "dialog .fault")
        browser.fill("Name", "  dora ")
        browser.fill("What others see", LONG_NAME)
        browser.fill("Password", "short")
        browser.press("Make the account")
        browser.see("A password has 8 characters at least.", "dialog .fault")
        browser.fill("Password", "a long password")
        browser.press("Make the account")
        browser.until("to be signed in", lambda: browser.texts(".own strong") == [LONG_NAME])
        assert not browser.all("dialog") and not browser.text("#said")
        _sign_out(browser)
    finally:
        browser.close()


def _sign_out(browser):
    browser.click(browser.all(".own")[0])
    browser.press("Sign out")
    browser.see("This device forgets", "dialog")
    browser.press("Sign out")
    browser.see("New here?")


def gone(alice, _, cluster):
    """A device knows whoever has left before it came by his name."""
    leaver, browser = _visitor(alice)
    try:
        leaver.sign_in("u1998")
        leaver.open("Carol")
        leaver.write("Farewell")
        browser.until("it to be stored", lambda: leaver.model("model.timeline.waiting.length") == 0)
    finally:
        browser.close()
    cluster.talkctl("user", "disable", "u1998")
    carol, browser = _visitor(alice)
    try:
        carol.sign_in("carol")
        browser.until("his name", lambda: "u1998" in browser.texts(".rows .row strong"))
        carol.open("u1998")
        carol.see("Farewell")
        browser.see("u1998 has left.", "footer")
        browser.picture("chat-gone")
    finally:
        browser.close()


def silent_group(alice, _, __):
    """A group that administrators made is found before anything was said in it."""
    alice.browser.press("People")
    alice.browser.see("Groups", ".fold")
    assert "Friends" in alice.browser.texts(".rows .row strong"), alice.browser.texts(".rows .row")
    alice.browser.press("Chats")
    alice.open("Friends")
    alice.browser.see("3 members", ".head")
    alice.browser.run("location.hash = ''")


# Presses at a place, as a mouse does.
def _press_at(browser, x, y):
    for kind in ("mousePressed", "mouseReleased"):
        browser.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


FOCUS = "return document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"


def windows(alice, bob, _):
    """Windows stay while one works in them, and what is done is in sight; keys go on where they were."""
    browser = alice.browser
    browser.click(browser.all(".own")[0])
    _press_at(browser, 1100, 840)
    assert browser.all("dialog"), "a press on the empty part of a window has closed it"
    _press_at(browser, 400, 400)
    browser.until("the window to be closed", lambda: not browser.all("dialog"))
    browser.click(browser.all(".seek button")[0])
    button = [each for each in browser.all("dialog button") if each.text == "Make the group"][0]
    bottom = browser.run("return arguments[0].getBoundingClientRect().bottom - innerHeight", button)
    assert bottom <= 0, f"what makes the group is {bottom} pixels below the screen"
    over = browser.run("const at = document.querySelector('dialog'); return at.scrollWidth - at.clientWidth")
    assert over <= 0, f"a long name makes the window {over} pixels too wide"
    browser.click(browser.all("dialog .choices .row")[0])
    assert browser.run(FOCUS) == "Search people", browser.run(FOCUS)
    browser.close_window()
    alice.open("Carol")
    browser.press("Emoji")
    browser.run("document.querySelector('.emoji-panel button').focus()")
    browser.close_window()
    browser.until("the emoji to be closed", lambda: not browser.all(".emoji-panel"))
    assert browser.run(FOCUS) == "Message"
    # A shake does not move what is being written to somebody else.
    bob.open("Alice")
    bob.browser.press("Shake the window")
    bob.browser.see("Alice sees a window that shakes.", "#said")
    browser.see("Bob shakes your window.", "#said")
    assert browser.text(".head h1") == "Carol"
    browser.run("location.hash = ''")
    browser.until("the keys at the tab", lambda: browser.run(FOCUS) == "Chats")


def _setting(path, key):
    with open(path, encoding="utf-8") as file:
        return next(line.split(" = ")[1].strip() for line in file if line.startswith(key + " = "))


def certificate(alice, _, cluster):
    """With a certificate that its user let pass, the page does what it does with one that is believed."""
    path = f"{cluster.folder}/node3.conf"
    with open(path, encoding="utf-8") as file:
        before = file.read()
    with open(f"{cluster.folder}/node3.pid", encoding="utf-8") as file:
        process = int(file.read().split()[0])
    files = [f"{cluster.folder}/secrets/page.{kind}" for kind in ("crt", "key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}\nhttp.tls_certificate = {files[0]}\nhttp.tls_key = {files[1]}\n")
    os.kill(process, signal.SIGHUP)
    visitor, browser = _visitor(alice, f"https://{_setting(path, 'http.listen')}")
    try:
        def warned():
            browser.driver.get(visitor.address)
            return browser.driver.find_elements(By.ID, "details-button")
        browser.until("the browser to warn", warned)[0].click()
        browser.until("a way on", lambda: browser.all("#proceed-link"))[0].click()
        browser.see("New here?")
        visitor.sign_in("carol")
        visitor.open("u1")
        visitor.write("over an encrypted connection")
        browser.until("it to be stored", lambda: visitor.model("model.timeline.waiting.length") == 0)
        visitor.see("over an encrypted connection")
    finally:
        browser.close()
        with open(path, "w", encoding="utf-8") as file:
            file.write(before)
        os.kill(process, signal.SIGHUP)
