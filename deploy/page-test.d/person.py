"""Somebody at the chat page."""

import importlib.util
import pathlib

# What everybody may see, without what this test has no say in.
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(
  ({ violations }) => done(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)), (fault) => done([String(fault)]));
"""

# As keys would, and at once.
TYPE = """
const box = document.querySelector('textarea');
box.value = arguments[0];
box.dispatchEvent(new Event('input'));
"""

SEARCH = """
const box = [...document.querySelectorAll('input[type="search"]')].find((each) => each.checkVisibility());
box.value = arguments[0];
box.dispatchEvent(new Event('input'));
"""

# How many pixels stand out of the window, or of what was said.
OVER = """
const all = [document.documentElement, ...document.querySelectorAll('.timeline')];
return Math.max(...all.map((each) => each.scrollWidth - each.clientWidth));
"""

# Where no picture is, and one message says that there is one.
NOT_THERE = "/g0/171/205/" + "ab" * 32

# A module of the page, in the version that it has.
MODULE = "import(new URL('%s', document.querySelector('script').src).href)"
MODEL = f"return {MODULE % 'model.js'}.then(({{ model }}) => JSON.parse(JSON.stringify(%s)))"


class Person:
    def __init__(self, browser, address):
        self.browser = browser
        self.address = address
        self.name = None

    def sign_in(self, name, password="grapevine"):
        if self.browser.driver.current_url != self.address + "/":
            self.browser.driver.get(self.address)
        self.browser.fill("Name", name)
        self.browser.fill("Password", password)
        self.browser.press("Sign in")
        self.browser.until("the lists", lambda: self.browser.all(".own"))
        self.browser.until("a connection", lambda: self.phase() == "online")
        self.name = name

    def open(self, title):
        """A conversation from the list, or somebody from the people."""
        if not self._row(title):
            self.browser.press("People")
            self.search(title)
        self.browser.click(self.browser.until(title, lambda: self._row(title)))
        self.browser.until(f"{title} to be open", lambda: self.browser.text(".head h1") == title)
        self.browser.click(self.browser.all(".tabs button")[0])

    def make_group(self, title, names):
        self.browser.click(self.browser.all(".seek button")[0])
        self.browser.fill("Name of the group", title)
        for name in names:
            self.browser.run(
                "const box = document.querySelector('dialog input[type=search]'); box.value = arguments[0];"
                "box.dispatchEvent(new Event('input'))", name)
            self.choose(name)
        self.browser.press("Make the group")
        self.browser.see(f"{1 + len(names)} members", ".head")

    def choose(self, name):
        """Somebody in a window that lists people."""
        self.browser.click(self.browser.until(name, lambda: [
            row for row in self.browser.all("dialog .choices .row") if name in row.text.splitlines()])[0])

    def search(self, text):
        self.browser.run(SEARCH, text)

    def _row(self, title):
        for row in self.browser.all(".rows .row"):
            if row.text and title in row.text.splitlines():
                return row
        return None

    def type(self, text):
        self.browser.run(TYPE, text)

    def write(self, text):
        self.type(text)
        self.browser.run("document.querySelector('.composer').requestSubmit()")

    def texts(self):
        """What was said, as the page shows it."""
        return self.browser.texts(".message .body")

    def see(self, text, seconds=15):
        self.browser.until(f"'{text}' to be said", lambda: any(text in each for each in self.texts()), seconds)

    def model(self, expression):
        return self.browser.run(MODEL % expression)

    @staticmethod
    def module(name):
        return MODULE % name

    def phase(self):
        return self.model("model.state.phase")

    def conversation(self, title):
        """All that the page knows of it, whatever is on the screen: `[id, text]`."""
        self.open(title)
        return self.model("model.timeline.messages.map(({ id, text }) => [id, text])")

    def check_access(self):
        """What axe-core finds to be in the way of somebody who cannot see or point."""
        spec = importlib.util.find_spec("axe_playwright_python")
        script = pathlib.Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")
        self.browser.run(script)
        found = self.browser.driver.execute_async_script(AXE)
        assert found == [], found

    def check_width(self, size):
        over = self.browser.run(OVER)
        assert over <= 0, f"{over} pixels too wide at {size[0]}"

    def strange_faults(self):
        # A refused connection is what the page lives with.
        return [fault for fault in self.browser.faults() if "WebSocket connection to" not in fault
                and "net::ERR_" not in fault and "503" not in fault and NOT_THERE not in fault]
