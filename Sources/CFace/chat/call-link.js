// The way of sound and picture from this device to the other one (WebRTC). Sound and picture are agreed on once, at the
// beginning: what is switched on, off or exchanged afterwards goes over the same two lines. What the other side should
// know of that is told over a channel of data beside them.

/** Candidates that are found later are not told: by then those of this device and of the relay are there. */
const gatherLimit = 1_000;
const connectLimit = 15_000;
/** Longer than a change of network takes; what is longer is no call any more. */
const brokenLimit = 8_000;
const largestWord = 200;

export class CallLink {
  /** What is heard and seen of the other side. */
  remote = new MediaStream();
  #peer;
  #channel;
  #ended;
  #timer = null;
  #isConnected = false;
  #word = null;

  /**
   * - servers: for `iceServers`. - connected: sound can be heard. - told: gets what the other side says of itself,
   * `{ microphone, picture }`. - ended: gets `unreachable` or `broken`.
   */
  constructor(servers, { connected, told, ended }) {
    this.#ended = ended;
    this.#peer = new RTCPeerConnection({ iceServers: servers, bundlePolicy: 'max-bundle' });
    this.#peer.ontrack = ({ track }) => this.remote.addTrack(track);
    this.#peer.onconnectionstatechange = () => this.#turned(connected);
    this.#channel = this.#peer.createDataChannel('state', { negotiated: true, id: 0 });
    this.#channel.onopen = () => this.#say();
    this.#channel.onmessage = ({ data }) => {
      const word = readWord(data);
      if (word) told(word);
    };
  }

  /** The description of this side, for a call that begins here. */
  async offer({ microphone, camera }) {
    const stream = new MediaStream([microphone]);
    this.#peer.addTransceiver(microphone, { streams: [stream] });
    this.#peer.addTransceiver(camera ?? 'video', { direction: 'sendrecv', streams: camera ? [stream] : [] });
    return this.#describe(await this.#peer.createOffer());
  }

  /** The same for one that began there. */
  async answer(offer, { microphone, camera }) {
    await this.#peer.setRemoteDescription({ type: 'offer', sdp: offer });
    for (const transceiver of this.#peer.getTransceivers()) {
      transceiver.direction = 'sendrecv';
      const track = transceiver.receiver.track.kind === 'audio' ? microphone : camera;
      await transceiver.sender.replaceTrack(track);
    }
    const description = await this.#describe(await this.#peer.createAnswer());
    this.#await('unreachable', connectLimit);
    return description;
  }

  async accept(answer) {
    this.#await('unreachable', connectLimit);
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  /** - track: null: nothing is sent. `false`: the other side takes none of this kind. */
  async send(kind, track) {
    const line = this.#peer.getTransceivers().find(({ receiver, currentDirection }) =>
      receiver.track.kind === kind && (currentDirection?.startsWith('send') ?? true));
    await line?.sender.replaceTrack(track);
    return Boolean(line);
  }

  /** - word: `{ microphone, picture }`, what this side does: whether it is heard, and `camera`, `screen` or null. */
  say(word) {
    this.#word = word;
    this.#say();
  }

  statistics() { return this.#peer.getStats(); }

  close() {
    clearTimeout(this.#timer);
    this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }

  #say() {
    if (this.#word && this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(this.#word));
  }

  async #describe(description) {
    const gathered = new Promise((resolve) => {
      this.#peer.onicegatheringstatechange = () => { if (this.#peer.iceGatheringState === 'complete') resolve(); };
      setTimeout(resolve, gatherLimit);
    });
    await this.#peer.setLocalDescription(description);
    await gathered;
    return this.#peer.localDescription.sdp;
  }

  #turned(connected) {
    switch (this.#peer.connectionState) {
      case 'connected':
        clearTimeout(this.#timer);
        if (!this.#isConnected) connected();
        this.#isConnected = true;
        break;
      case 'disconnected': this.#await('broken', brokenLimit); break;
      case 'failed': this.#ended(this.#isConnected ? 'broken' : 'unreachable'); break;
      default: break;
    }
  }

  #await(reason, limit) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ended(reason), limit);
  }
}

/** Whatever the other side sends there is its own choice. */
function readWord(data) {
  if (typeof data !== 'string' || data.length > largestWord) return null;
  try {
    const { microphone, picture } = JSON.parse(data);
    return { microphone: microphone !== false, picture: ['camera', 'screen'].includes(picture) ? picture : null };
  } catch {
    return null;
  }
}
