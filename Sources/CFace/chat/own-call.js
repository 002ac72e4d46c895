// A call that this tab has: its devices, its way to the other side, and its window.

import { CallLink } from './call-link.js';
import { deviceFault, openDevice, openScreen } from './call-media.js';
import { qualityBetween, readStatistics } from './call-quality.js';
import { callWindow } from './call-window.js';
import { endWords } from './call-words.js';
import { request, wish } from './host.js';
import { newKey } from './key.js';
import { model } from './model.js';
import { ring } from './ring.js';
import { t } from './words.js';

const relayLimit = 2_000;
const lookInterval = 2_000;
/** Why a call has ended is shown for so long. */
const endShown = 3_000;

export class OwnCall {
  /** The description of the other side, if that one calls. */
  offer = null;
  /** Taken here, and the engine has not said so yet. */
  isWaiting = false;
  window;
  #tab;
  #peer;
  #released;
  #link = null;
  #tracks = { microphone: null, camera: null, screen: null };
  #silence = () => {};
  #timers = [];
  #isOver = false;
  #before = null;

  /** - tab: what the engine knows this tab by. - released: gets this when the devices are given back. */
  constructor(tab, peer, released) {
    this.#tab = tab;
    this.#peer = peer;
    this.#released = released;
    this.window = callWindow(peer, {
      microphone: () => this.#turnMicrophone(), camera: () => this.#turnCamera(), screen: () => this.#turnScreen(),
      hangUp: () => this.hangUp(), choose: (what) => this.#exchange(what),
    });
  }

  async begin(isVideo) {
    this.window.open();
    this.window.state(t('Getting ready …'));
    try {
      await this.openDevices(isVideo);
      await this.#connect();
      const description = await this.#link.offer(this.#tracks);
      if (this.#isOver) return;
      wish('call', { tab: this.#tab, to: this.#peer, number: newNumber(), description });
    } catch (fault) {
      this.#fail(fault);
    }
  }

  /** The microphone must be there, the camera may. */
  async openDevices(withCamera) {
    this.#tracks.microphone = await this.#open('microphone');
    if (!withCamera) return;
    try {
      this.#tracks.camera = await this.#open('camera');
    } catch (fault) {
      this.window.complain(deviceFault('camera', fault));
    }
  }

  async #open(what) {
    const track = await openDevice(what);
    // Given up while the browser was asking.
    if (this.#isOver) track.stop();
    return track;
  }

  async #connect() {
    this.#link = new CallLink(await relays(), {
      connected: () => this.#connected(), told: (word) => this.window.see(word),
      ended: (reason) => this.#give(reason),
    });
    this.window.hear(this.#link.remote);
    this.#show();
  }

  /** The engine says how far the call has come. */
  turned({ phase, description }) {
    this.isWaiting = false;
    switch (phase) {
      case 'calling':
        this.window.state(t('Ringing …'));
        this.#silence = ring('outgoing');
        break;
      case 'accepting': this.#answer(); break;
      case 'talking':
        this.#silence();
        this.window.state(t('Connecting …'));
        if (!this.offer) this.#link.accept(description).catch(() => this.#give('unreachable'));
        break;
      default: break;
    }
  }

  async #answer() {
    this.window.open();
    this.window.state(t('Connecting …'));
    try {
      await this.#connect();
      wish('answerCall', { tab: this.#tab, description: await this.#link.answer(this.offer, this.#tracks) });
    } catch (fault) {
      this.#fail(fault);
    }
  }

  #connected() {
    const began = performance.now();
    this.window.state(t('Connected'));
    this.window.lasts(0);
    this.#timers.push(
      setInterval(() => this.window.lasts((performance.now() - began) / 1000), 1000),
      setInterval(() => this.#look(), lookInterval));
  }

  async #look() {
    const now = readStatistics(await this.#link.statistics(), performance.now());
    if (this.#before && !this.#isOver) this.window.grade(qualityBetween(this.#before, now));
    this.#before = now;
  }

  // What can be done

  hangUp() {
    if (this.#isOver) return;
    if (this.#isKnown) this.#give('over');
    else this.ended('over');
  }

  #turnMicrophone() {
    const { microphone } = this.#tracks;
    if (!microphone) return;
    microphone.enabled = !microphone.enabled;
    this.#show();
  }

  #turnCamera() { return this.#turn('camera', () => this.#open('camera')); }

  #turnScreen() { return this.#turn('screen', openScreen); }

  /** Camera and screen take turns: there is room for one picture. */
  async #turn(what, open) {
    this.window.complain('');
    const wasOn = this.#tracks[what] !== null;
    try {
      const track = wasOn ? null : await open();
      if (track) track.onended = () => { if (this.#tracks[what] === track) this.#turn(what, open); };
      for (const each of ['camera', 'screen']) this.#stop(each);
      this.#tracks[what] = track;
      if (!await this.#link?.send('video', track)) this.window.complain(t('The other side takes no picture.'));
    } catch (fault) {
      // Who closes the choice of a screen has changed his mind.
      if (what === 'camera') this.window.complain(deviceFault('camera', fault));
    }
    this.#show();
  }

  async #exchange(what) {
    if (!this.#tracks[what]) return;
    try {
      const track = await this.#open(what);
      track.enabled = this.#tracks[what].enabled;
      this.#stop(what);
      this.#tracks[what] = track;
      await this.#link?.send(track.kind, track);
    } catch (fault) {
      this.window.complain(deviceFault(what, fault));
    }
    this.#show();
  }

  #show() {
    const { microphone, camera, screen } = this.#tracks;
    const word = { microphone: microphone?.enabled === true, picture: screen ? 'screen' : camera ? 'camera' : null };
    this.window.show(word, screen ?? camera);
    this.#link?.say(word);
  }

  // Ends

  /** Whether the engine knows of it, and says when it ends. */
  get #isKnown() { return model.call?.tab === this.#tab; }

  #give(reason) { wish('hangUp', { tab: this.#tab, reason }); }

  #fail(fault) {
    if (this.#isOver) return;
    if (this.#isKnown) this.#give('unreachable');
    else if (this.#tracks.microphone) this.#end(endWords('unreachable', this.#peer));
    else this.#end(deviceFault('microphone', fault));
  }

  ended(reason) { this.#end(endWords(reason, this.#peer)); }

  #end(text) {
    if (this.#isOver) return;
    this.release();
    this.window.end(text);
    ring('ended');
    setTimeout(() => this.window.close(), endShown);
  }

  /** Gives back what it took; nothing was shown yet, or is still to be. */
  release() {
    this.#isOver = true;
    this.#released(this);
    this.#silence();
    for (const timer of this.#timers) clearInterval(timer);
    for (const what of Object.keys(this.#tracks)) this.#stop(what);
    this.#link?.close();
  }

  #stop(what) {
    const track = this.#tracks[what];
    if (!track) return;
    track.onended = null;
    track.stop();
    this.#tracks[what] = null;
  }
}

/** Where the call may be passed on; nothing if no server says so in time: then the devices must reach each other. */
async function relays() {
  const late = new Promise((resolve) => { setTimeout(() => resolve(null), relayLimit); });
  const found = await Promise.race([request('avCallRelayReq', {}), late]);
  if (!found?.urls.length) return [];
  return [{ urls: found.urls, username: found.username, credential: found.password }];
}

const newNumber = () => parseInt(newKey().slice(0, 12), 16);
