"""Told of messages while no page is open, as far as that goes without the push service of the browser's maker."""

import json


def away(alice, _, __):
    """Who asks for it is told that the push service does not answer; what one brings is shown, and leads there."""
    browser = alice.browser
    browser.command("Browser.grantPermissions", permissions=["notifications"], origin=alice.address.rstrip("/"))
    browser.click(browser.all(".own")[0])
    browser.see("While this page is closed you are told of nothing.", "dialog")
    browser.press("Tell me also while it is closed")
    browser.see("The push service of this browser does not answer", "#said", 60)
    browser.run("document.querySelector('dialog').close()")

    told = {
        "title": "Bob", "body": "Are you there?", "unread": 3, "conversation": "4294967298",
        "data": {"msg_type": 1, "from_id": 2, "group_id": 0},
    }
    browser.command("ServiceWorker.enable")
    browser.command(
        "ServiceWorker.deliverPushMessage", origin=alice.address.rstrip("/"), registrationId="0", data=json.dumps(told))
    browser.until("to be told", lambda: _shown(browser) == [["Bob", "Are you there?", "4294967298", "u2"]])
    # What cannot be read is a message all the same, and a later one takes the place of the first.
    told["body"] = "Now?"
    for data in (json.dumps(told), "no JSON"):
        browser.command(
            "ServiceWorker.deliverPushMessage", origin=alice.address.rstrip("/"), registrationId="0", data=data)
    browser.until("to be told twice", lambda: sorted(title for title, *_ in _shown(browser)) == ["Bob", "Grapevine"])
    assert ["Bob", "Now?", "4294967298", "u2"] in _shown(browser), _shown(browser)


def _shown(browser):
    return browser.driver.execute_async_script(
        "const done = arguments[0]; navigator.serviceWorker.ready.then((worker) => worker.getNotifications())"
        ".then((all) => done(all.map(({ title, body, tag, data }) => [title, body, tag, data.key])))")
