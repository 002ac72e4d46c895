"""A large company and a long conversation: what is in the document stays small, and nothing is left out."""

import time

PEOPLE = 5_000
MESSAGES = 10_000
# Sent one after the other, so that what waits does not become long itself.
AT_ONCE = 250

# One step for each frame, until the end is reached; gives how long each frame took, in milliseconds, and the most
# elements that were there.
SCROLL = """
const [selector, direction, isDone, done] = arguments;
const element = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
const over = new Function('element', 'model', `return ${isDone}`);
%s.then(({ model }) => {
  const frames = [];
  let most = 0;
  let before = performance.now();
  const next = (now) => {
    frames.push(now - before);
    before = now;
    most = Math.max(most, document.getElementsByTagName('*').length);
    if (over(element, model)) return done({ frames, most });
    element.scrollTop += direction * 400;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
});
"""

# What somebody reads first on his screen.
IN_SIGHT = """
const top = document.querySelector('.timeline').getBoundingClientRect().top;
return [...document.querySelectorAll('.message .body')].find((each) => each.getBoundingClientRect().bottom > top)
  .textContent;
"""


def _told(what, frames, seconds):
    frames = sorted(frames)
    print(f"    {what}: {seconds:.2f} s, {len(frames)} frames, p50 {frames[len(frames) // 2]:.0f} ms, "
          f"p99 {frames[len(frames) * 99 // 100]:.0f} ms, longest {frames[-1]:.0f} ms", flush=True)


def _scroll(person, module, selector, direction, is_done):
    began = time.monotonic()
    person.browser.driver.set_script_timeout(300)
    seen = person.browser.driver.execute_async_script(SCROLL % module, selector, direction, is_done)
    return seen, time.monotonic() - began


def people(alice, _, cluster):
    """Five thousand colleagues: found by a word, and scrolled through."""
    cluster.talkctl("user", "seed", "--prefix", "worker", "--count", str(PEOPLE), "--password", "grapevine")
    began = time.monotonic()
    alice.browser.driver.refresh()
    alice.browser.press("People")
    alice.browser.until("all to be known", lambda: alice.model("model.people.size") > PEOPLE, 60)
    print(f"    {PEOPLE} people known after {time.monotonic() - began:.2f} s", flush=True)
    at_end = "element.scrollTop + element.clientHeight >= element.scrollHeight - 1"
    seen, seconds = _scroll(alice, alice.module("model.js"), ".list .scroller", 1, at_end)
    _told("through all people", seen["frames"], seconds)
    assert seen["most"] < 2_000, f"{seen['most']} elements are in the document"
    alice.search(f"worker{PEOPLE - 1}")
    alice.browser.see(f"worker{PEOPLE - 1}", ".row")
    alice.search("")


def messages(alice, bob, cluster):
    """Ten thousand messages, looked through from the newest to the first, and some of the way back."""
    cluster.set("limits.messages_per_second", "5000")
    alice.browser.run("location.hash = ''")
    bob.open("Alice")
    for start in range(0, MESSAGES, AT_ONCE):
        bob.browser.run(
            f"return Promise.all([{bob.module('host.js')}, {bob.module('model.js')}])"
            ".then(([{ wish }, { model }]) => {"
            "  for (let n = arguments[0]; n < arguments[0] + arguments[1]; n += 1)"
            "    wish('write', { key: model.timeline.key, text: `message ${n + 1} of many` }) })", start, AT_ONCE)
        bob.browser.until("it to be stored", lambda: bob.model("model.timeline.waiting.length") == 0, 60)
    began = time.monotonic()
    alice.open("Bob")
    alice.see(f"message {MESSAGES} of many", 30)
    print(f"    opened after {time.monotonic() - began:.2f} s", flush=True)
    first = "model.timeline.messages.some(({ text }) => text === 'message 1 of many')"
    seen, seconds = _scroll(alice, alice.module("model.js"), ".timeline", -1, first)
    _told("back to the first", seen["frames"], seconds)
    assert seen["most"] < 4_000, f"{seen['most']} elements are in the document"
    _is_whole(alice)
    _keeps_its_place(alice, bob)
    # What was let go comes again, from there to the newest.
    last = alice.model("model.timeline.messages.at(-1).id")
    ahead = f"model.timeline.messages.at(-1).id > {last + 4 * 50}"
    seen, seconds = _scroll(alice, alice.module("model.js"), ".timeline", 1, ahead)
    _told("and on again", seen["frames"], seconds)
    _is_whole(alice)
    alice.write("from the middle")
    _is_at_end(alice, "from the middle")
    alice.browser.run("document.querySelector('.timeline').scrollTop = 0")
    alice.browser.click(alice.browser.until("the way down", lambda: alice.browser.all(".jump:not(.up)"))[0])
    _is_at_end(alice, "from the middle")


def _is_whole(person):
    """None is left out of those that the page holds, nor twice there, and no more are held than may be."""
    ids = person.model("model.timeline.messages.map(({ id }) => id)")
    assert ids == list(range(ids[0], ids[0] + len(ids))) and len(ids) <= 10_000, f"{len(ids)} from {ids[0]}"


def _keeps_its_place(alice, bob):
    """Who looks at old messages goes on doing so, whatever is written."""
    before = alice.browser.run(IN_SIGHT)
    for text in ("one more", "and another one"):
        bob.write(text)
        alice.browser.until(f"'{text}' to come", lambda said=text: said in alice.model(
            "model.conversations.get(model.timeline.key).latest.text"))
    alice.browser.until("something to be let go", lambda: alice.model("model.timeline.hasNewer"))
    assert alice.browser.run(IN_SIGHT) == before, (alice.browser.run(IN_SIGHT), before)


def _is_at_end(person, text):
    person.see(text)
    person.browser.until("the end", lambda: person.browser.run(
        "const { scrollTop, clientHeight, scrollHeight } = document.querySelector('.timeline');"
        "return scrollTop + clientHeight >= scrollHeight - 1"))
    assert text in person.texts()[-1], person.texts()[-1]
