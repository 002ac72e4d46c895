"""Told of messages while no page is open, as far as that goes without the push service of the browser's maker."""

import json

# Chromium forgets a notification for which somebody asks before it is on display. So nobody asks before the worker has
# shown it, which it says to the page.
SAY = """
{
  const show = registration.showNotification.bind(registration);
  const say = async (what) => { for (const page of await clients.matchAll()) page.postMessage(what); };
  registration.showNotification = async (...notice) => {
    await show(...notice);
    await say('shown');
  };
  say('ready');
}
"""

HEAR = """
window.heard = [];
navigator.serviceWorker.addEventListener('message', ({ data }) => window.heard.push(data));
"""


def away(alice, _, __):
    """Who asks for it is told that the push service does not answer; what one brings is shown, and leads there."""
    browser = alice.browser
    browser.command("Browser.grantPermissions", permissions=["notifications"], origin=alice.address)
    browser.click(browser.all(".own")[0])
    browser.see("While this page is closed you are told of nothing.", "dialog")
    browser.press("Tell me also while it is closed")
    browser.see("The push service of this browser does not answer", "#said", 60)
    browser.run("document.querySelector('dialog').close()")

    told = {
        "title": "Bob", "body": "Are you there?", "unread": 3, "conversation": "4294967298",
        "data": {"msg_type": 1, "from_id": 2, "group_id": 0},
    }
    browser.run(HEAR)
    browser.run_in_worker(alice.address, SAY)
    _hear(browser, "ready")
    first, second = (["Bob", body, "4294967298", "u2"] for body in ("Are you there?", "Now?"))
    _deliver(alice, json.dumps(told), [first])
    # A later one takes the place of the first; what cannot be read is a message all the same.
    _deliver(alice, json.dumps(told | {"body": "Now?"}), [second])
    _deliver(alice, "no JSON", [second, ["Grapevine", "", "grapevine", None]])


def _hear(browser, what):
    browser.until(f"the worker to say '{what}'", lambda: browser.run("return window.heard.shift()") == what)


def _deliver(person, data, expected):
    browser = person.browser
    browser.command("ServiceWorker.deliverPushMessage", origin=person.address, registrationId="0", data=data)
    _hear(browser, "shown")
    shown = sorted(_shown(browser), key=str)
    assert shown == sorted(expected, key=str), f"shown is {shown}, and not {expected}"


def _shown(browser):
    return browser.driver.execute_async_script(
        "const done = arguments[0]; navigator.serviceWorker.ready.then((worker) => worker.getNotifications())"
        ".then((all) => done(all.map(({ title, body, tag, data }) => [title, body, tag, data.key])))")
