"""Chromium without a screen, and what it noticed: requests, console, sizes."""

import json
import time
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WIDE = (1280, 860)
NARROW = (390, 844)


# One question instead of two for each element.
TEXTS = """
return [...document.querySelectorAll(arguments[0])].filter((each) => each.checkVisibility())
  .map((each) => each.innerText.trim())
"""


# What says exactly this, or has a sign that is called so, in the window on top if there is one.
ON_TOP = """
const place = [...document.querySelectorAll('dialog')].at(-1) ?? document.body
const seen = [...place.querySelectorAll(arguments[0])].filter((each) => each.checkVisibility())
return seen.find((each) => each.innerText.trim() === arguments[1])
  ?? seen.find((each) => !each.innerText.trim() && each.getAttribute('aria-label') === arguments[1])
"""


class Browser:
    def __init__(self, pictures):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        # Without a sandbox, as it refuses to have one as root; no page but ours is opened.
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en"):
            options.add_argument(word)
        # A microphone that beeps, and that everybody may use.
        for word in ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_script_timeout(10)
        self.pictures = pictures
        self.requests = []
        self.resize(WIDE)

    def close(self):
        self.driver.quit()

    # What it looks like

    def resize(self, size):
        self.command("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], mobile=size == NARROW,
                     deviceScaleFactor=1)

    def dark(self, is_dark):
        value = "dark" if is_dark else "light"
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def slow(self, rate):
        """So many bytes per second leave the browser from now on; None: as many as can."""
        self.command("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1,
                     uploadThroughput=rate or -1)

    def picture(self, name):
        self.driver.save_screenshot(f"{self.pictures}/{name}.png")

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def run_in_worker(self, origin, script):
        """In the service worker of these pages, which runs on from now on."""
        self.command("ServiceWorker.enable")
        self.command("ServiceWorker.startWorker", scopeURL=f"{origin}/")
        worker = self.until("the service worker to run", lambda: next(
            (each for each in self.command("Target.getTargets")["targetInfos"]
             if each["type"] == "service_worker" and each["url"].startswith(f"{origin}/")), None))
        session = self.command("Target.attachToTarget", targetId=worker["targetId"], flatten=False)["sessionId"]
        question = {"id": 1, "method": "Runtime.evaluate", "params": {"expression": script}}
        self.command("Target.sendMessageToTarget", sessionId=session, message=json.dumps(question))

    # What is on the page

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def all(self, selector):
        return [each for each in self.driver.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()]

    def texts(self, selector):
        return self.run(TEXTS, selector)

    def text(self, selector="body"):
        return "\n".join(self.texts(selector))

    def until(self, what, condition, seconds=15):
        """Waits until a condition holds, and gives its value; `what` is said if it never does."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = condition()
            except StaleElementReferenceException:
                value = None
            if value:
                return value
            if time.monotonic() > end:
                self.picture("failed")
                raise AssertionError(f"{what}: not within {seconds} s; the page says:\n{self.text()}")
            time.sleep(0.1)

    def see(self, text, selector="body", seconds=15):
        return self.until(f"'{text}' in {selector}", lambda: text in self.text(selector), seconds)

    def press(self, text):
        """Presses the button or the link that says this or is called so, in the window on top if there is one."""
        self.click(self.until(f"a button '{text}'", lambda: self.run(ON_TOP, "button, a, summary", text)))

    def click(self, element):
        # Not below the bar that stays at the top.
        self.run("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def box(self, label):
        """The box that a label names, in the window on top if there is one."""
        found = self.until(f"a box '{label}'", lambda: self.run(ON_TOP, "label", label))
        return self.driver.find_element(By.ID, found.get_attribute("for"))

    def fill(self, label, text):
        box = self.box(label)
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text or Keys.DELETE)

    def choose(self, label, text):
        box = self.box(label)
        find = lambda: [each for each in box.find_elements(By.TAG_NAME, "option") if each.text == text]
        self.until(f"'{text}' to choose", find)[0].click()

    def tick(self, text):
        """The small box beside this text, in the window on top."""
        self.click(self.until(f"a box '{text}'", lambda: self.run(ON_TOP, "label", text)))

    def close_window(self):
        self.driver.switch_to.active_element.send_keys(Keys.ESCAPE)

    def go(self, page):
        self.run("location.hash = arguments[0]", f"#/{page}")
        self.until(f"the page {page}",
                   lambda: self.run("return document.querySelector('nav [aria-current]')?.hash") == f"#/{page}")

    # What it noticed

    def faults(self, allowed=()):
        """What the console complains of since the last call, without answers with a status that is allowed."""
        entries = [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        return [entry["message"] for entry in entries
                if not any(f"status of {status}" in entry["message"] for status in allowed)
                and not (0 in allowed and "net::ERR_" in entry["message"])]

    def sent(self):
        """Addresses that were asked since the last call."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        self.requests += found
        return found

    def strange_hosts(self, own):
        self.sent()
        return {url for url in self.requests
                if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != urlsplit(own).netloc}
