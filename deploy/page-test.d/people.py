"""Users, departments, groups and notices."""


ROW = """
return [...document.querySelectorAll('main tbody tr')].find((row) =>
  [...row.cells].some((cell) => cell.textContent.trim() === arguments[0]))
"""


def row(browser, text):
    """The row of a table that has this text as a cell."""
    return browser.until(f"a row with '{text}'", lambda: browser.run(ROW, text))


def said(browser, text):
    browser.see(text, "#said")


def users(browser, cluster):
    browser.go("users")
    browser.fill("Name or nick", "u19")
    browser.until("only such users", lambda: {name[:3] for name in browser.texts("td .link")} == {"u19"})
    count = len(browser.all("tbody tr"))
    browser.press("More")
    browser.until("more users", lambda: len(browser.all("tbody tr")) > count)

    browser.press("New user…")
    browser.fill("Name", "grace")
    browser.fill("Nick", "<b>Grace</b>")
    browser.fill("Password", "a long password")
    browser.choose("Department", "Engineering")
    browser.picture("new-user")
    browser.press("Make user")
    said(browser, "User “grace” is made.")
    browser.press("New user…")
    browser.fill("Name", "grace")
    browser.fill("Password", "long enough")
    browser.press("Make user")
    browser.see("there is a user of this name already", "dialog .fault")
    assert browser.faults(allowed=[409]) == []
    browser.close_window()

    browser.fill("Name or nick", "grace")
    # What looks like HTML is text.
    browser.until("one user", lambda: browser.texts("tbody td:nth-child(2)") == ["<b>Grace</b>"])
    browser.press("grace")
    browser.see("Not logged in.", "dialog")
    browser.fill("Nick", "Grace")
    browser.press("Save")
    said(browser, "Saved.")
    browser.fill("New password", "another password")
    browser.press("Set password")
    said(browser, "is set")
    browser.press("Disable…")
    browser.press("Disable")
    said(browser, "“grace” is disabled.")
    browser.see("The account is disabled", "dialog")
    browser.close_window()
    browser.until("a disabled user", lambda: browser.texts("tbody .badge") == ["disabled"])
    browser.press("grace")
    browser.press("Enable")
    said(browser, "is active again")
    browser.close_window()

    browser.fill("Name or nick", "u1")
    browser.press("u1")
    browser.see("Android", "dialog")
    browser.picture("user")
    browser.press("End…")
    browser.press("End the session")
    said(browser, "The session ends.")
    browser.close_window()


def departments(browser, cluster):
    browser.go("departments")
    browser.fill("New department", "Research")
    browser.choose("Below", "Engineering")
    browser.press("Make")
    said(browser, "Department “Research” is made.")
    row(browser, "Research")
    rows = browser.texts("tbody td:first-child")
    assert rows.index("Research") == rows.index("Engineering") + 1, rows
    press_in(browser, "Research", "Rename…")
    browser.fill("Name", "Science")
    browser.press("Rename")
    row(browser, "Science")
    press_in(browser, "Engineering", "Delete…")
    browser.press("Delete")
    browser.see("move them first", "dialog")
    assert browser.faults(allowed=[409]) == []
    browser.press("Cancel")
    press_in(browser, "Science", "Delete…")
    browser.press("Delete")
    said(browser, "is deleted")


def press_in(browser, text, button):
    found = [each for each in row(browser, text).find_elements("css selector", "button") if each.text == button]
    browser.click(found[0])


def groups(browser, cluster):
    browser.go("groups")
    row(browser, "Friends")
    browser.press("New group…")
    browser.fill("Name", "Lunch")
    browser.fill("Creator", "alice")
    browser.fill("Members", "alice, bob")
    browser.press("Make group")
    said(browser, "Group “Lunch” is made.")
    browser.press("Lunch")
    browser.until("members", lambda: browser.texts("dialog .people li span:first-child") == ["alice", "bob"])
    browser.fill("More members", "nobody at all")
    browser.press("Add")
    browser.see("There is no user “nobody at all”.", "dialog")
    browser.fill("More members", "carol")
    browser.press("Add")
    browser.until("carol", lambda: "carol" in browser.texts("dialog .people li span:first-child"))
    browser.picture("group")
    browser.click(browser.all("dialog .people li:nth-child(2) button")[-1])
    browser.press("Remove")
    browser.until("without bob", lambda: browser.texts("dialog .people li span:first-child") == ["alice", "carol"])
    browser.fill("Name", "Dinner")
    browser.press("Rename")
    browser.see("Dinner", "dialog h2")
    browser.press("Dissolve…")
    browser.press("Dissolve")
    said(browser, "is dissolved")
    browser.until("no such group", lambda: "Dinner" not in browser.text("tbody"))


def notices(browser, cluster):
    browser.go("notice")
    browser.fill("From user", "alice")
    browser.choose("To", "Sales")
    browser.fill("Text", "The canteen is closed tomorrow.")
    browser.press("Send…")
    browser.see("users: Sales", "dialog")
    browser.press("Send")
    said(browser, "Goes to")
    browser.until("a notice that is sent", lambda: "sent" in browser.text("tbody tr:first-child").split())
    assert "alice" in browser.text("tbody tr:first-child")
