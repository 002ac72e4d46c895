"""Walks through the administration page of a cluster and looks at what is promised of it.

walk.py FOLDER ADDRESS PICTURES: the folder of the cluster, the administration port of its first node.
"""

import sys
import time

import operating
import people
import programs
from browser import Browser
from cluster import Cluster
from looks import look_everywhere


def expect_none(faults):
    assert not faults, f"the console complains: {faults}"


def sign_in(browser, cluster):
    browser.driver.get(cluster.address + "/")
    assert browser.driver.current_url.startswith(cluster.address + "/admin/"), browser.driver.current_url
    browser.see("Administration of the cluster")
    browser.picture("sign-in")
    for wrong in ("wrong", "gva_" + "0" * 40, "schlüssel"):
        browser.fill("Token", wrong)
        browser.press("Sign in")
        browser.see("This token is not known here", ".fault")
        browser.run("document.querySelectorAll('.fault').forEach((each) => each.replaceChildren())")
    expect_none(browser.faults(allowed=[401]))

    # Somebody who may only look.
    browser.fill("Token", cluster.token("reader"))
    browser.press("Sign in")
    browser.until("three nodes that are ready", lambda: browser.texts(".card .badge") == ["ready"] * 3, 30)
    browser.see("This token lacks: write, ops.")
    drain = browser.all(".card footer button")[0]
    assert not drain.is_enabled() and "scope “ops”" in drain.get_attribute("title"), drain.get_attribute("title")
    browser.picture("reader")
    browser.press("Sign out")

    browser.fill("Token", cluster.token("admin"))
    browser.press("Sign in")
    browser.see("3 of 3 nodes ready")
    browser.driver.refresh()
    browser.see("3 of 3 nodes ready")
    assert not browser.all(".lacking")
    kept = browser.run("return [JSON.stringify(localStorage), document.cookie]")
    assert cluster.token("admin") not in kept[0] and kept[1] == "", "the token is kept outside of this tab"


STEPS = [
    ("signing in", sign_in),
    ("users", people.users),
    ("departments", people.departments),
    ("groups", people.groups),
    ("bots", programs.bots),
    ("webhooks of groups", programs.hooks_of_groups),
    ("webhooks to services", programs.webhooks),
    ("what did not leave", programs.outbox),
    ("notices", people.notices),
    ("discovery", operating.discovery),
    ("phones", operating.phones),
    ("audit", operating.audit),
    ("configuration", operating.configuration),
    ("load", operating.load),
    ("draining a node", operating.drain),
    ("every page in every form", look_everywhere),
    ("the end of a webhook", programs.end_of_webhook),
    ("the end of a bot", programs.end_of_bot),
    ("a node that is killed", operating.kill),
    ("the page's own node is killed", operating.kill_own),
]


def main():
    folder, address, pictures = sys.argv[1:]
    cluster = Cluster(folder, address)
    browser = Browser(pictures)
    try:
        for name, step in STEPS:
            began = time.monotonic()
            step(browser, cluster)
            faults = browser.faults()
            assert not faults, f"{name}: the console complains: {faults}"
            strange = browser.strange_hosts(address)
            assert not strange, f"{name}: other hosts were asked: {strange}"
            print(f"  ok  {time.monotonic() - began:5.1f} s  {name}", flush=True)
        print(f"The page asked its own node {len(browser.requests)} times, and nobody else.")
    except Exception:
        browser.picture("failed")
        raise
    finally:
        browser.close()


main()
