"""Pictures, faces and voices between two people on two nodes."""

import os
import signal

from browser import NARROW, WIDE
from person import NOT_THERE

# A picture as a file, of a size and a hue: pasted into the box, dropped onto the conversation, or chosen.
GIVE = """
const [way, width, height, hue, isNoise, done] = arguments;
const canvas = Object.assign(document.createElement('canvas'), { width, height });
const context = canvas.getContext('2d');
const gradient = context.createLinearGradient(0, 0, width, height);
gradient.addColorStop(0, `hsl(${hue} 70% 60%)`);
gradient.addColorStop(1, `hsl(${hue + 80} 70% 30%)`);
context.fillStyle = gradient;
context.fillRect(0, 0, width, height);
context.fillStyle = '#fff';
context.beginPath();
context.arc(width / 2, height / 2, Math.min(width, height) / 4, 0, 7);
context.fill();
if (isNoise) {
  const data = context.getImageData(0, 0, width, height);
  for (let at = 0; at < data.data.length; at += 65536) crypto.getRandomValues(data.data.subarray(at, at + 65536));
  for (let at = 3; at < data.data.length; at += 4) data.data[at] = 255;
  context.putImageData(data, 0, 0);
}
canvas.toBlob((blob) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([blob], 'holiday.png', { type: 'image/png' }));
  const options = { bubbles: true, cancelable: true };
  if (way === 'paste') {
    document.querySelector('textarea').dispatchEvent(
      new ClipboardEvent('paste', { ...options, clipboardData: transfer }));
  } else if (way === 'drop') {
    for (const event of ['dragenter', 'dragover', 'drop'])
      document.querySelector('.timeline').dispatchEvent(new DragEvent(event, { ...options, dataTransfer: transfer }));
  } else {
    const input = document.querySelector(way);
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
  }
  done(blob.size);
}, 'image/png');
"""
BUTTON = ".composer input[type=file]"

# Of the pictures in the conversation: where each was loaded from, how large it is in truth, and its place.
SEEN = """
return [...document.querySelectorAll('.message .picture img')].map((image) =>
  [image.src, image.complete && image.naturalWidth, image.offsetWidth, image.offsetHeight])
"""


def _give(person, way, width, height, hue, is_noise=False):
    person.browser.driver.set_script_timeout(60)
    size = person.browser.driver.execute_async_script(GIVE, way, width, height, hue, is_noise)
    return size


def _tray(person, count):
    person.browser.until(f"{count} pictures to send", lambda: len(person.browser.all(".tray li")) == count, 60)


def _submit(person):
    person.browser.until("it can be sent", lambda: person.browser.all(".composer .main:enabled"))
    person.browser.run("document.querySelector('.composer').requestSubmit()")


def _seen(person, before, more):
    """Those that have come: who is far from a picture has not loaded it."""
    return person.browser.until(f"{more} more pictures", lambda: [
        seen[before:] for seen in [person.browser.run(SEEN)]
        if len(seen) == before + more and all(each[1] for each in seen[before:])])[0]


def _send(person, code):
    person.browser.run(
        f"return Promise.all([{person.module('host.js')}, {person.module('model.js')}])"
        f".then(([{{ wish }}, {{ model }}]) => {{ const key = model.timeline.key; {code} }})")


def pictures(alice, bob, _):
    """Chosen, pasted and dropped; with a text, from one node to the other."""
    alice.open("Bob")
    bob.open("Alice")
    before = len(bob.browser.run(SEEN))
    _give(alice, BUTTON, 1200, 800, 200)
    _give(alice, BUTTON, 500, 500, 30)
    _give(alice, "paste", 400, 900, 320)
    _tray(alice, 3)
    alice.browser.click(alice.browser.all(".tray button")[1])
    _tray(alice, 2)
    alice.type("From the weekend 👍")
    alice.browser.picture("media-tray")
    _submit(alice)
    _tray(alice, 0)
    bob.see("From the weekend 👍")
    seen = _seen(bob, before, 2)
    assert all(source.startswith(bob.address + "/g0/") for source, *_ in seen), seen
    # The small ones that came with them.
    assert all(source.endswith("_640x520.jpg") for source, *_ in seen), seen
    assert [sizes for _, *sizes in seen] == [[640, 320, 213], [232, 116, 261]], seen
    _seen(alice, before, 2)
    _give(alice, "drop", 900, 300, 120)
    _tray(alice, 1)
    _submit(alice)
    _seen(bob, before + 2, 1)
    bob.browser.see("[Picture]", ".row .last")
    bob.browser.picture("media-pictures")
    bob.check_access()


def lightbox(_, bob, __):
    """Seen in full, by keys."""
    browser = bob.browser
    shown = [source.removesuffix("_640x520.jpg") for source in browser.run(
        "return [...document.querySelectorAll('.message .picture img')].map(({ src }) => src)")]
    browser.click(browser.all(".message .picture button")[-1])
    source = lambda: browser.run("return document.querySelector('.lightbox img')?.src")
    assert source() == shown[-1], source()
    place, _, count = browser.text(".lightbox .dim").split()
    assert place == count, (place, count)
    key = browser.driver.switch_to.active_element
    key.send_keys("\ue012")
    browser.until("the picture before", lambda: source() == shown[-2])
    browser.driver.switch_to.active_element.send_keys("\ue012")
    browser.until("the first of them", lambda: source() == shown[-3] and browser.run(
        "return document.querySelector('.lightbox img').naturalWidth") == 1200)
    browser.picture("media-lightbox")
    bob.check_access()
    browser.resize(NARROW)
    browser.picture("media-lightbox-narrow")
    browser.resize(WIDE)
    browser.close_window()
    browser.until("the conversation again", lambda: not browser.all(".lightbox"))


def strange_pictures(alice, bob, _):
    """What others write: a picture in the midst of words and emoji, one that is gone, one that lies elsewhere."""
    shown = bob.browser.run(SEEN)[-1][0].removeprefix(bob.address)
    path = shown.removesuffix("_640x520.jpg")
    start, end = "&$#@~^@[{:", ":}]&$~@#@"
    stock = f"see{start}http://old.example:8700{path}_100x100.jpg{end}[呵呵]"
    _send(alice, f"wish('write', {{ key, text: '{stock}' }})")
    _send(alice, f"wish('write', {{ key, text: '{start}http://elsewhere.example{NOT_THERE}_400x300.jpg{end}' }})")
    _send(alice, f"wish('write', {{ key, text: '{start}https://elsewhere.example/logo.png{end}' }})")
    bob.see("see")
    bob.see("https://elsewhere.example/logo.png")
    assert bob.browser.run(SEEN)[-1][0] == bob.address + shown, bob.browser.run(SEEN)[-1]
    bob.browser.see("This picture cannot be loaded.", ".broken")
    bob.browser.picture("media-strange")
    size = bob.browser.run("const { offsetWidth, offsetHeight } = document.querySelector('.broken');"
                           "return [offsetWidth, offsetHeight]")
    assert size == [320, 240], size
    bob.browser.press("Try again")
    bob.browser.see("This picture cannot be loaded.", ".broken")
    for person in (alice, bob):
        strange = person.browser.strange_hosts(person.address)
        assert not any("elsewhere" in url or "old.example" in url for url in strange), strange
        assert person.browser.faults(allowed=[404]) == []


def large_pictures(alice, bob, _):
    """Made smaller where the server would refuse it; what is no picture is not taken."""
    size = _give(alice, BUTTON, 2600, 2000, 0, True)
    assert size > 10 << 20, size
    alice.browser.see("made smaller", ".tray", 60)
    alice.browser.run(
        "const transfer = new DataTransfer();"
        "transfer.items.add(new File(['no picture'], 'a.png', { type: 'image/png' }));"
        "const input = document.querySelector(arguments[0]); input.files = transfer.files;"
        "input.dispatchEvent(new Event('change'))", BUTTON)
    alice.browser.see("This is not a picture that browsers can show.", ".composer .fault")
    count = len(bob.browser.all(".message .picture img"))
    _submit(alice)
    bob.browser.until("the picture", lambda: len(bob.browser.all(".message .picture img")) == count + 1, 60)


def stopped(alice, bob, cluster):
    """Thrown away while it goes; brought to another node when the one of the page dies."""
    os.kill(cluster.pid("node1"), signal.SIGSTOP)
    try:
        _give(alice, BUTTON, 300, 300, 60)
        _submit(alice)
        alice.browser.until("its progress", lambda: alice.browser.all(".message progress"))
        alice.browser.press("Cancel")
        alice.browser.until("nothing to wait", lambda: alice.model("model.timeline.waiting.length") == 0)
    finally:
        os.kill(cluster.pid("node1"), signal.SIGCONT)
    count = len(bob.browser.all(".message .picture img"))
    command = cluster.kill("node1")
    alice.browser.until("another node", lambda: alice.phase() == "online", 30)
    # The node of the page is gone: the one of the session takes it.
    _give(alice, BUTTON, 320, 200, 90)
    alice.type("at last")
    _submit(alice)
    bob.see("at last", 30)
    bob.browser.until("the picture", lambda: len(bob.browser.all(".message .picture img")) == count + 1)
    cluster.start("node1", command)


def voice(alice, bob, _):
    """Spoken on one node, heard on the other."""
    alice.open("Bob")
    bob.open("Alice")
    alice.browser.click(alice.browser.all("[aria-label='Voice message']")[0])
    alice.browser.see("0:01 / 1:00", ".recorder")
    alice.browser.press("Cancel")
    alice.browser.until("the box again", lambda: alice.browser.all("textarea"))
    alice.browser.click(alice.browser.all("[aria-label='Voice message']")[0])
    alice.browser.see("0:03 / 1:00", ".recorder")
    alice.browser.picture("media-recording")
    alice.browser.press("Send")
    for person in (bob, alice):
        person.browser.until("the voice", lambda: person.browser.all(".voice button"))
        assert person.model("model.timeline.messages.at(-1).text") == 3
    button = bob.browser.all(".voice button")[-1]
    bob.browser.click(button)
    bob.browser.until("it to be heard", lambda: button.get_attribute("aria-label") == "Pause")
    position = lambda: float(bob.browser.run("return [...document.querySelectorAll('.voice input')].at(-1).value"))
    bob.browser.until("its position", lambda: position() > 0.5)
    bob.browser.run("const place = [...document.querySelectorAll('.voice input')].at(-1); place.value = 0.1;"
                    "place.dispatchEvent(new Event('input'))")
    bob.browser.until("to hear it again", lambda: 0.1 <= position() < 0.4)
    bob.browser.picture("media-voice")
    bob.browser.until("its end", lambda: button.get_attribute("aria-label") == "Play, 3 s")
    bob.check_access()
    alice.browser.driver.refresh()
    alice.browser.until("the voice", lambda: alice.browser.all(".voice button"))
    # Speex of a phone.
    _send(alice, "wish('write', { key, kind: 'voice', text: 7, sound: new Uint8Array(200).fill(7) })")
    bob.browser.see("in a format that browsers cannot play", ".voice")
    bob.browser.see("[Voice, 7 s]", ".row .last")


def faces(alice, bob, _):
    """A picture of oneself, where characters of the name were."""
    alice.browser.click(alice.browser.all(".own")[0])
    alice.browser.until("the button", lambda: alice.browser.all(".own-face button"))
    _give(alice, ".own-face input", 640, 480, 260)
    alice.browser.see("Saved.", "#said")
    alice.browser.picture("media-face")
    alice.browser.close_window()
    for person, place in ((alice, ".own"), (bob, ".head"), (bob, ".row[data-key]"), (bob, ".message")):
        person.browser.until(f"the face in {place}", lambda: person.browser.run(
            "return [...document.querySelectorAll(arguments[0] + ' .avatar img')].some((image) =>"
            "  image.checkVisibility() && image.naturalWidth === 200 && image.naturalHeight === 200)", place))


def looks(alice, bob, _):
    """Small, dark and in Chinese."""
    for size, width in ((WIDE, "wide"), (NARROW, "narrow")):
        bob.browser.resize(size)
        for is_dark in (False, True):
            bob.browser.dark(is_dark)
            bob.check_width(size)
            bob.browser.picture(f"media-{width}-{'dark' if is_dark else 'light'}")
    _give(bob, BUTTON, 600, 400, 10)
    _tray(bob, 1)
    bob.browser.picture("media-narrow-tray")
    bob.browser.click(bob.browser.all(".tray button")[0])
    bob.browser.run("localStorage.setItem('grapevine.language', 'zh')")
    bob.browser.dark(False)
    bob.browser.driver.refresh()
    bob.browser.see("浏览器无法播放", ".voice")
    bob.browser.picture("media-narrow-chinese")
    bob.browser.run("localStorage.setItem('grapevine.language', 'en')")
    bob.browser.resize(WIDE)
    bob.browser.driver.refresh()
    bob.browser.see("People")


STEPS = [
    ("pictures", pictures),
    ("a picture in full", lightbox),
    ("pictures of others", strange_pictures),
    ("large pictures", large_pictures),
    ("pictures that are stopped", stopped),
    ("a voice", voice),
    ("a face", faces),
    ("looks of pictures and voices", looks),
]
