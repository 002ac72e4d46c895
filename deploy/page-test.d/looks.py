"""Every page, wide and narrow, light and dark: does it fit, can it be used without a mouse, what does it look like."""

import time

from browser import NARROW, WIDE
from selenium.webdriver.common.keys import Keys

PAGES = ["cluster", "load", "events", "users", "departments", "groups", "notice", "discovery", "phones", "storage",
         "outbox", "audit", "configuration"]

# Boxes without a label, buttons without a name: for a reader of the screen they are not there.
NAMELESS = """
return [...document.querySelectorAll('input, select, textarea')].filter((box) => !box.labels.length)
  .concat([...document.querySelectorAll('button, a')].filter((each) =>
    !each.textContent.trim() && !each.getAttribute('aria-label')))
  .map((each) => each.outerHTML)
"""


def look_everywhere(browser, cluster):
    for size, width in ((WIDE, "wide"), (NARROW, "narrow")):
        browser.resize(size)
        for is_dark in (False, True):
            browser.dark(is_dark)
            for page in PAGES:
                browser.go(page)
                browser.until("the page is filled", lambda: len(browser.text("main")) > 25)
                if is_dark or size == NARROW or page in ("cluster", "load"):
                    browser.run("return new Promise((done) => setTimeout(done, 300))")
                over = browser.run("return document.documentElement.scrollWidth - innerWidth")
                assert over <= 0, f"{page} is {over} pixels too wide at {size[0]}"
                assert browser.run(NAMELESS) == [], f"{page}: {browser.run(NAMELESS)}"
                browser.picture(f"{page}-{width}-{'dark' if is_dark else 'light'}")
    browser.resize(WIDE)
    browser.dark(False)
    without_mouse(browser)
    hidden_tabs_rest(browser)
    in_chinese(browser)


def without_mouse(browser):
    browser.go("cluster")
    browser.driver.refresh()
    browser.see("nodes ready")
    focused = lambda: browser.run("return document.activeElement.textContent")
    names = []
    for _ in range(7):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        names.append(focused())
    assert names[0] == "To the content" and "Load" in names, names
    while focused() != "Users":
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.until("the page of users", lambda: browser.texts("h1") == ["Users"])
    assert browser.run("return document.activeElement.id") == "page"
    # Polls leave the focus where it is.
    browser.go("cluster")
    browser.until("nodes", lambda: browser.all(".card footer button"))
    browser.run("document.querySelector('.card footer button').focus()")
    browser.run("return new Promise((done) => setTimeout(done, 4500))")
    assert focused() == "Drain…", focused()


# What was asked between the moments when the tab was hidden, with time to finish, and shown again.
ASKED_WHILE_HIDDEN = """
const [hidden, shown] = window.moments;
return performance.getEntriesByType('resource')
  .filter(({ startTime }) => startTime > hidden + 1000 && startTime < shown).length
"""


def hidden_tabs_rest(browser):
    browser.run("performance.setResourceTimingBufferSize(100000); window.moments = [];"
                # Before the page hears of it, which asks at once.
                "document.addEventListener('visibilitychange', () => window.moments.push(performance.now()), true)")
    first = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    time.sleep(6)
    browser.driver.close()
    browser.driver.switch_to.window(first)
    browser.until("the tab to be shown again", lambda: browser.run("return window.moments.length") >= 2)
    assert browser.run("return window.moments[1] - window.moments[0]") > 5000
    asked = browser.run(ASKED_WHILE_HIDDEN)
    assert asked == 0, f"a hidden tab has asked {asked} times"


def in_chinese(browser):
    browser.press("中文")
    browser.until("Chinese", lambda: browser.texts("h1") == ["集群"] and browser.texts(".card .badge") == ["就绪"] * 3)
    browser.picture("cluster-chinese")
    browser.press("English")
    browser.until("English", lambda: browser.texts("h1") == ["Cluster"])
