"""Files between two people on two nodes: sent, paused, saved, and carried on when the node that takes them dies."""

import hashlib
import pathlib
import tempfile

from browser import NARROW, WIDE

# Random bytes as a file with a name, chosen, pasted or dropped. Gives its SHA-256.
GIVE = """
const [way, name, size, done] = arguments;
const parts = [];
for (let left = size; left > 0; left -= 65536) {
  parts.push(crypto.getRandomValues(new Uint8Array(Math.min(left, 65536))));
}
const file = new File(parts, name);
const transfer = new DataTransfer();
transfer.items.add(file);
const options = { bubbles: true, cancelable: true };
if (way === 'paste') {
  document.querySelector('textarea').dispatchEvent(
    new ClipboardEvent('paste', { ...options, clipboardData: transfer }));
} else if (way === 'drop') {
  for (const event of ['dragenter', 'dragover', 'drop'])
    document.querySelector('.timeline').dispatchEvent(new DragEvent(event, { ...options, dataTransfer: transfer }));
} else {
  const input = document.querySelector('.composer input[type=file]:not([accept])');
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
}
file.arrayBuffer().then((bytes) => crypto.subtle.digest('SHA-256', bytes))
  .then((digest) => done([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')));
"""
# Bytes per second: slower than a script presses buttons.
SLOW = 8_000_000
DONE = """
return [...document.querySelectorAll('.talk > .files progress')].find((bar) => bar.checkVisibility())?.value ?? 0
"""


def _give(person, way, name, size):
    person.browser.driver.set_script_timeout(60)
    return person.browser.driver.execute_async_script(GIVE, way, name, size)


def _choice(person, text, name, place=".talk > .files"):
    """Presses what can be done with a file."""
    find = lambda: [each for each in person.browser.all(f"{place} button")
                    if each.get_attribute("aria-label") == f"{text}: {name}"]
    person.browser.click(person.browser.until(f"'{text}' for {name}", find, 30)[0])


def _save(person, name, place=".talk > .files"):
    """The SHA-256 of what the browser saves."""
    with tempfile.TemporaryDirectory() as folder:
        person.browser.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        _choice(person, "Save", name, place)
        saved = pathlib.Path(folder) / name
        person.browser.until(f"{name} to be saved", saved.exists, 60)
        return hashlib.sha256(saved.read_bytes()).hexdigest()


def _sent(person, seconds=60):
    person.browser.see("can save it until", ".talk > .files", seconds)


def sent(alice, bob, _):
    """Chosen, pasted and dropped; saved from the other node; what is done with goes away."""
    alice.open("Bob")
    bob.open("Alice")
    digest = _give(alice, "choose", "plan 计划.pdf", 300_000)
    _sent(alice)
    bob.browser.see("Alice has a file for you: plan 计划.pdf, 300 kB.", "#said")
    bob.browser.see("plan 计划.pdf", ".talk > .files")
    bob.browser.see("Files for you: 1", ".files-waiting")
    bob.browser.picture("files-waiting")
    assert _save(bob, "plan 计划.pdf") == digest
    bob.check_access()
    _give(alice, "paste", "pasted.txt", 10)
    digest = _give(alice, "drop", "dropped.txt", 5_000_000)
    bob.browser.see("Files for you: 3", ".files-waiting", 30)
    bob.browser.click(bob.browser.all(".files-waiting")[0])
    bob.browser.see("dropped.txt", "dialog")
    bob.browser.picture("files-dialog")
    bob.check_access()
    assert _save(bob, "dropped.txt", "dialog") == digest
    for name in ("plan 计划.pdf", "pasted.txt", "dropped.txt"):
        _choice(bob, "Delete", name, "dialog")
        _choice(alice, "Done", name)
    bob.browser.see("Nothing waits.", "dialog")
    bob.browser.close_window()
    bob.browser.until("nothing to wait", lambda: not bob.browser.all(".files-waiting"))
    alice.browser.until("nothing to be shown", lambda: not alice.browser.all(".talk > .files"))


def refused(alice, _, __):
    """What cannot be sent is told before a byte of it leaves."""
    _give(alice, "choose", "x" * 252 + ".txt", 10)
    alice.browser.see("The name of a file may have 255 bytes at most", ".composer .fault")
    alice.browser.run(
        "const transfer = new DataTransfer(); const file = new File(['x'], 'huge.iso');"
        "Object.defineProperty(file, 'size', { value: 5e9 });"
        "const input = document.querySelector('.composer input[type=file]:not([accept])');"
        "Object.defineProperty(input, 'files', { value: [file], configurable: true });"
        "input.dispatchEvent(new Event('change')); delete input.files")
    alice.browser.see("“huge.iso” has 5 GB: a file may have 1.1 GB at most.", ".composer .fault")
    alice.browser.picture("files-refused")
    assert not alice.browser.all(".talk > .files")


def paused(alice, bob, _):
    """Paused, and gone on with behind a reload; another one is taken back."""
    alice.browser.slow(SLOW)
    digest = _give(alice, "choose", "slides.bin", 48_000_000)
    _give(alice, "choose", "wrong.bin", 1_000_000)
    alice.browser.until("some of it to be there", lambda: alice.browser.run(DONE) >= 4 << 20)
    _choice(alice, "Cancel", "wrong.bin")
    _choice(alice, "Pause", "slides.bin")
    alice.browser.see("Paused", ".talk > .files")
    alice.browser.slow(None)
    alice.browser.picture("files-paused")
    alice.check_access()
    alice.browser.driver.refresh()
    alice.browser.see("Paused", ".talk > .files")
    _choice(alice, "Go on", "slides.bin")
    alice.browser.until("it to go on", lambda: alice.browser.run(DONE) > 0 or "until" in alice.browser.text(".files"))
    _sent(alice)
    bob.browser.see("slides.bin", ".talk > .files", 30)
    assert _save(bob, "slides.bin") == digest
    _choice(bob, "Delete", "slides.bin")
    _choice(alice, "Done", "slides.bin")


def node_dies(alice, bob, cluster):
    """The node that takes a file is killed in the midst of it: the rest goes to another one."""
    alice.browser.slow(SLOW)
    digest = _give(alice, "choose", "film.bin", 100_000_000)
    alice.browser.until("some of it to be there", lambda: alice.browser.run(DONE) >= 8 << 20)
    alice.browser.picture("files-sending")
    began = alice.browser.run(DONE)
    command = cluster.kill("node1")
    alice.browser.slow(None)
    assert began < 90_000_000, f"{began} bytes were there before the node died"
    _sent(alice, 120)
    bob.browser.see("film.bin", ".talk > .files", 30)
    assert _save(bob, "film.bin") == digest
    cluster.start("node1", command)
    _choice(bob, "Delete", "film.bin")
    _choice(alice, "Done", "film.bin")


def looks(alice, bob, _):
    """Small, dark and in Chinese."""
    _give(alice, "choose", "a name that is longer than any phone is wide, as people give them to files.docx", 70_000)
    _sent(alice)
    for person, name in ((alice, "own"), (bob, "others")):
        person.browser.see("a name that is longer", ".talk > .files", 30)
        for size, width in ((WIDE, "wide"), (NARROW, "narrow")):
            person.browser.resize(size)
            for is_dark in (False, True):
                person.browser.dark(is_dark)
                person.check_width(size)
                person.browser.picture(f"files-{name}-{width}-{'dark' if is_dark else 'light'}")
        person.browser.dark(False)
    bob.browser.run("localStorage.setItem('grapevine.language', 'zh')")
    bob.browser.driver.refresh()
    bob.browser.see("前有效", ".talk > .files")
    bob.browser.picture("files-narrow-chinese")
    bob.browser.resize(WIDE)
    bob.browser.see("收到的文件：1", ".files-waiting")
    bob.browser.picture("files-wide-chinese")
    bob.browser.run("localStorage.setItem('grapevine.language', 'en')")
    bob.browser.driver.refresh()
    bob.browser.see("People")
    alice.browser.resize(WIDE)
    for person, text in ((bob, "Delete"), (alice, "Done")):
        name = person.browser.run("return document.querySelector('.talk > .files strong').innerText")
        _choice(person, text, name)


STEPS = [
    ("files", sent),
    ("files that cannot be sent", refused),
    ("a file that is paused", paused),
    ("a node dies that takes a file", node_dies),
    ("looks of files", looks),
]
