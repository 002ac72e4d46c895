"""The nodes: load, events, settings, draining, and what the page says when one is killed."""

import subprocess

from people import press_in, row, said

# The node has an address that a phone can reach; what the page makes of it is its own.
REACHABLE = """
const fetched = window.fetch;
window.fetch = async (...asked) => {
  const reply = await fetched(...asked);
  if (!String(asked[0]).includes('/address')) return reply;
  window.fetch = fetched;
  return new Response(JSON.stringify({ ...await reply.json(), local: false }), reply);
};
"""


def discovery(browser, cluster):
    browser.go("discovery")
    browser.press("New item…")
    browser.fill("Name", "Handbook")
    browser.fill("Address", "https://handbook.example.org/")
    browser.press("Make")
    row(browser, "Handbook")
    press_in(browser, "Handbook", "Change…")
    browser.fill("Priority", "7")
    browser.press("Save")
    browser.until("the new priority", lambda: "7" in row(browser, "Handbook").text.split())
    browser.picture("discovery")
    press_in(browser, "Handbook", "Delete…")
    browser.press("Delete")
    said(browser, "Deleted.")


def phones(browser, cluster):
    browser.go("phones")
    browser.see("A phone cannot reach that", ".fault")
    browser.go("audit")
    browser.run(REACHABLE)
    browser.go("phones")
    browser.until("a code", lambda: browser.all(".phones .code"))
    browser.picture("phones")
    read = subprocess.run(["zbarimg", "--quiet", "--raw", "--nodbus", f"{browser.pictures}/phones.png"], check=True,
                          capture_output=True, text=True).stdout.strip()
    link = browser.all(".phones a")[0].get_attribute("href")
    assert read == link, f"a camera reads {read}, and the page says {link}"


def audit(browser, cluster):
    browser.go("audit")
    browser.see("POST /admin/v1/users", "tbody")
    assert "a long password" not in browser.text("tbody")
    browser.fill("Only of token", "nobody")
    browser.see("Nothing here.", ".note")
    browser.fill("Only of token", "")
    browser.see("POST /admin/v1/users", "tbody")


def configuration(browser, cluster):
    browser.go("configuration")
    browser.fill("Only with", "node.name")
    browser.until("this node's name", lambda: "node1" in browser.text("tbody"))
    browser.choose("Node", "node2")
    browser.until("the other's name", lambda: "node2" in browser.text("tbody"))
    for level in ("debug", "info"):
        browser.choose("Least severe level", level)
        browser.press("Set")
        said(browser, "The level is set")


def number(text):
    return int(text.replace(",", "")) if text[:1].isdigit() and "." not in text else 0


def load(browser, cluster):
    browser.go("load")
    browser.see("Each node")
    browser.until("messages", lambda: number(browser.texts("figure strong")[0]) > 100, 60)
    browser.until("latencies", lambda: all(" / " in each for each in browser.texts("td[data-label^=Commit]")), 30)
    browser.press("Queues and connections of each loop")
    browser.until("loops", lambda: len(browser.all("details tbody tr")) >= 3)
    browser.press("Queues and connections of each loop")


def badge(browser, name):
    return next(each.text.split("\n")[1] for each in browser.all(".card") if each.text.startswith(name + "\n"))


def press_on(browser, name, button):
    card = next(each for each in browser.all(".card") if each.text.startswith(name + "\n"))
    browser.click(next(each for each in card.find_elements("css selector", "button") if each.text == button))


def drain(browser, cluster):
    browser.go("cluster")
    browser.until("all links", lambda: sum(browser.text(".links").count(sign) for sign in "●◐") == 6)
    # By now the curves have something to show.
    browser.picture("cluster")
    browser.go("load")
    browser.see("Each node")
    browser.picture("load")
    browser.go("cluster")
    browser.until("the nodes again", lambda: len(browser.all(".card")) == 3)
    press_on(browser, "node2", "Drain…")
    browser.fill("Clients per second", "50")
    browser.picture("drain")
    browser.press("Drain")
    browser.until("a draining node", lambda: badge(browser, "node2") == "draining")
    browser.picture("draining")
    press_on(browser, "node2", "Undrain…")
    browser.press("Undrain")
    browser.until("a ready node", lambda: badge(browser, "node2") == "ready", 30)


def kill(browser, cluster):
    browser.go("cluster")
    browser.until("the nodes", lambda: len(browser.all(".card")) == 3)
    command = cluster.kill("node3")
    browser.until("a node that is gone", lambda: badge(browser, "node3") in ("dead", "suspect", "no link"), 30)
    browser.until("a dead node", lambda: badge(browser, "node3") == "dead", 60)
    browser.see("2 of 3 nodes ready", ".state")
    browser.picture("killed")
    browser.go("events")
    browser.until("what happened", lambda: "a node is held for dead" in browser.text("main"))
    browser.picture("events-killed")
    cluster.start("node3", command)
    browser.go("cluster")
    browser.until("the node is back", lambda: badge(browser, "node3") == "ready", 60)
    browser.faults(allowed=[409, 502, 503, 504])


def kill_own(browser, cluster):
    command = cluster.kill("node1")
    browser.see("This node does not answer.", "#faults", 30)
    browser.picture("alone")
    cluster.start("node1", command)
    cluster.await_ready()
    browser.until("no more complaint", lambda: browser.text("#faults") == "", 30)
    browser.see("3 of 3 nodes ready", ".state", 60)
    browser.faults(allowed=[0, 409, 502, 503, 504])
