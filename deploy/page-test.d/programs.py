"""Programs: bots with their tokens, services that are told of events, and what did not leave."""

import json
import urllib.request

from people import press_in, row, said


def shown_once(browser, title):
    """What the window of this title shows, which nobody can ask for again."""
    browser.see(title, "dialog h2")
    secret = browser.text("dialog .mono.secret")
    browser.press("Copy")
    said(browser, "Copied.")
    return secret


def status_of(url, body=None, token=""):
    """What the public port answers to a program."""
    data = None if body is None else json.dumps(body).encode()
    fields = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(url, data, fields), timeout=10) as answer:
        return answer.status


def _ask_for(browser, kind, told_of=(), **boxes):
    """Opens the window for a new one, fills it in, and presses its button."""
    browser.press(f"New {kind}…")
    for label, text in boxes.items():
        browser.fill(label, text)
    for event in told_of:
        browser.tick(event)
    browser.press(f"Make {kind}")


def _open_bot(browser):
    browser.go("bots")
    browser.press("builder")


def bots(browser, cluster):
    browser.go("bots")
    browser.see("There are no bots yet.", "main")
    _ask_for(browser, "bot", Name="builder", Nick="Build server")
    said(browser, "Bot “builder” is made.")
    browser.see("It has no token yet", "dialog")
    _ask_for(browser, "token", Name="Main Token")
    browser.see("lower-case letters", "dialog .fault")
    assert browser.faults(allowed=[400]) == []
    browser.fill("Name", "main")
    browser.press("Make token")
    token = shown_once(browser, "Token main")
    assert status_of(f"http://{cluster.setting('node1', 'http.listen')}/bot/v1/me", token=token) == 200
    browser.picture("bot-token")
    browser.press("Close")
    browser.until("the token", lambda: "main" in browser.texts("dialog td:first-child"))
    assert token not in browser.run("return document.documentElement.outerHTML"), "the page keeps a token"
    browser.press("Rotate…")
    browser.press("Rotate")
    assert shown_once(browser, "Token main") != token
    browser.press("Close")
    _ask_for(browser, "token", Name="spare")
    shown_once(browser, "Token spare")
    browser.press("Close")
    browser.until("two tokens", lambda: len(browser.all("dialog tbody tr")) == 2)
    browser.click(browser.all("dialog tbody tr:nth-child(2) button.danger")[0])
    browser.press("Revoke")
    said(browser, "“spare” is revoked.")
    browser.see("revoked", "dialog tbody tr:nth-child(2)")
    browser.close_window()


def hooks_of_groups(browser, cluster):
    _open_bot(browser)
    _ask_for(browser, "webhook", Name="ci", Group="Enemies")
    browser.see("There is no group “Enemies”.", "dialog .fault")
    browser.fill("Group", "Friends")
    browser.press("Make webhook")
    browser.see("no active member", "dialog .fault")
    assert browser.faults(allowed=[409]) == []
    browser.close_window()
    browser.close_window()

    browser.go("groups")
    browser.press("Friends")
    browser.fill("More members", "builder")
    browser.press("Add")
    said(browser, "Added.")
    browser.close_window()

    _open_bot(browser)
    _ask_for(browser, "webhook", Name="ci", Group="Friends")
    address = shown_once(browser, "Webhook ci")
    browser.picture("bot-webhook")
    assert status_of(address, {"text": "Build 7 failed."}) == 200
    browser.press("Close")
    browser.see("writes to Friends", "dialog table")
    browser.picture("bot")
    browser.close_window()


def webhooks(browser, cluster):
    browser.go("webhooks")
    browser.see("No service is told of anything.", "main")
    _ask_for(browser, "webhook", Name="crm", Address="https://crm.example.org:8443/in")
    browser.see("Choose what it is told of.", "dialog .fault")
    for kind in ("Groups", "Users"):
        browser.tick(kind)
    browser.picture("new-webhook")
    browser.press("Make webhook")
    assert shown_once(browser, "Webhook crm").startswith("gvs_")
    browser.picture("webhook-secret")
    browser.press("Close")
    assert row(browser, "crm").text.split("\n")[0].startswith("crm Groups, Users"), row(browser, "crm").text
    _ask_for(browser, "webhook", told_of=["Users"], Name="crm", Address="https://crm.example.org/")
    browser.see("there is a webhook of this name", "dialog .fault")
    assert browser.faults(allowed=[409]) == []
    browser.close_window()

    cluster.talkctl("user", "edit", "carol", "--nick", "Caroline")
    browser.go("groups")
    browser.go("webhooks")
    browser.until("an event that waits", lambda: browser.texts("tbody td:nth-child(4)") == ["1"])
    browser.picture("webhooks")


def outbox(browser, cluster):
    browser.go("outbox")
    row(browser, "Browsers")
    browser.choose("State", "waiting")
    browser.until("the event", lambda: "Webhooks" in browser.texts("tbody tr td:nth-child(2)"))
    browser.picture("outbox")
    browser.choose("State", "given up")
    browser.see("There is none.", "main")
    browser.press("Try all again…")
    browser.press("Try again")
    said(browser, "0 are tried again.")


def end_of_webhook(browser, cluster):
    browser.go("webhooks")
    press_in(browser, "crm", "Remove…")
    browser.see("nor of the 1 events", "dialog")
    browser.press("Remove")
    said(browser, "Removed.")
    browser.see("No service is told of anything.", "main")


def end_of_bot(browser, cluster):
    _open_bot(browser)
    browser.press("Remove bot…")
    browser.press("Remove")
    said(browser, "“builder” is disabled.")
    browser.until("a disabled bot", lambda: browser.texts("tbody .badge") == ["disabled"])
    browser.press("builder")
    browser.see("nobody can speak for it", "dialog")
    browser.close_window()
