"""Somebody who calls and is called in the chat page."""

import time

from browser import Browser
from person import Person

# Whatever is said goes through the relay, and the test sees the way of it and when it was there.
RELAY_ONLY = """
const Own = self.RTCPeerConnection;
self.RTCPeerConnection = class extends Own {
  constructor(options) {
    super({ ...options, iceTransportPolicy: 'relay' });
    self.peer = this;
    self.connectedAt = null;
    this.addEventListener('connectionstatechange', () => {
      if (this.connectionState === 'connected') self.connectedAt ??= Date.now();
    });
  }
};
"""

CLICK = """
const find = () => [...document.querySelectorAll(arguments[0])].find((each) => each.checkVisibility()
  && (each.getAttribute('aria-label') === arguments[1] || each.innerText.trim() === arguments[1]));
find().click();
return Date.now();
"""

# What has arrived: candidates of the way, pictures, and how loud it was.
ARRIVED = """
const done = arguments[arguments.length - 1];
self.peer.getStats().then((report) => {
  const all = [...report.values()];
  const of = (id) => all.find((entry) => entry.id === id);
  const transport = all.find(({ type }) => type === 'transport');
  const pair = of(transport?.selectedCandidatePairId);
  const inbound = (kind) => all.find((entry) => entry.type === 'inbound-rtp' && entry.kind === kind) ?? {};
  done({
    way: [of(pair?.localCandidateId)?.candidateType, of(pair?.remoteCandidateId)?.candidateType],
    frames: inbound('video').framesDecoded ?? 0, width: inbound('video').frameWidth ?? 0,
    energy: inbound('audio').totalAudioEnergy ?? 0, packets: inbound('audio').packetsReceived ?? 0,
    roundTrip: pair?.currentRoundTripTime,
  });
});
"""

FORBID = """
self.kept ??= navigator.mediaDevices.getUserMedia;
navigator.mediaDevices.getUserMedia = arguments[0]
  ? async () => { throw new DOMException('', arguments[0]); } : self.kept;
"""


class Caller(Person):
    def __init__(self, pictures, address):
        super().__init__(Browser(pictures), address)
        self.browser.command("Page.addScriptToEvaluateOnNewDocument", source=RELAY_ONLY)

    def come_back(self):
        """To the node that the page comes from: whoever signs in asks that one first."""
        self.browser.run(f"{self.module('host.js')}.then(({{ wish }}) => wish('signOut'))")
        self.sign_in(self.name)

    def tool(self, label, place=".call button"):
        """Presses a button that has a sign and no text; gives when, in milliseconds."""
        self.browser.until(f"a button '{label}'", lambda: any(
            label in (each.get_attribute("aria-label"), each.text) for each in self.browser.all(place)))
        return self.browser.run(CLICK, place, label)

    def ring(self, name, with_video):
        self.open(name)
        return self.tool("Call with video" if with_video else "Call", ".head button")

    def rings(self, text, seconds=10):
        self.browser.see(text, ".incoming", seconds)

    def answers(self, label):
        return self.tool(label, ".incoming button")

    def state(self):
        return self.browser.text(".call .state")

    def talks(self, seconds=10):
        self.browser.until("the call to be connected", lambda: self.state() == "Connected", seconds)
        return self.browser.run("return self.connectedAt")

    def arrived(self):
        return self.browser.driver.execute_async_script(ARRIVED)

    def hears(self, seconds=10):
        """Sound that is none but silence."""
        before = self.arrived()["energy"]
        return self.browser.until("sound", lambda: (now := self.arrived())["energy"] > before + 1e-6 and now, seconds)

    def sees(self, seconds=10):
        """Pictures that follow each other, on the page."""
        before = self.arrived()["frames"]
        self.browser.until("a picture", lambda: self.browser.all(".call .theirs"), seconds)
        return self.browser.until("pictures", lambda: (now := self.arrived())["frames"] > before + 5 and now, seconds)

    def ends(self, text, seconds=6):
        """What the window says in the end; gives how long that took."""
        began = time.monotonic()
        self.browser.see(text, ".call", seconds)
        took = time.monotonic() - began
        self.gone()
        return took

    def gone(self):
        self.browser.until("no window of a call", lambda: not self.browser.all(".call, .incoming"))

    def listed(self):
        """What the list of calls says, the latest first; then what of that was missed."""
        self.tool("Calls", ".seek button")
        self.browser.until("calls", lambda: self.browser.all(".calls-list li"))
        self.check_access()
        self.browser.picture(f"call-list-{self.name}")
        found = self.browser.texts(".calls-list .last")
        missed = self.browser.texts(".calls-list [data-missed] .last")
        self.browser.close_window()
        return found, missed

    def forbid(self, fault):
        """Devices are as if the browser said this; None: as they are."""
        self.browser.run(FORBID, fault)
