// What is heard of a call before it is one. Made here: there is no file of it.

const beepEdge = 0.02;
/** Tones of one round: `[start, end, frequencies]` in seconds and hertz; `round`: how long it is. */
const melodies = {
  incoming: { round: 3, loudness: 0.12, tones: [
    [0, 0.18, [784]], [0.2, 0.38, [988]], [0.4, 0.7, [1175]], [1, 1.18, [784]], [1.2, 1.38, [988]], [1.4, 1.7, [1175]],
  ] },
  // What is heard of a telephone that rings in China.
  outgoing: { round: 5, loudness: 0.05, tones: [[0, 1, [450]]] },
  ended: { round: null, loudness: 0.08, tones: [[0, 0.15, [480]], [0.2, 0.35, [360]]] },
};

/**
 * Plays one of them until the returned function is called. Nothing is heard in a tab that nobody has touched yet:
 * browsers do not let it.
 */
export function ring(name) {
  const { round, loudness, tones } = melodies[name];
  if (!('AudioContext' in self) || navigator.userActivation?.hasBeenActive === false) return () => {};
  const context = new AudioContext();
  const play = () => {
    const now = context.currentTime;
    for (const [start, end, frequencies] of tones) {
      for (const frequency of frequencies) beep(context, frequency, loudness, now + start, now + end);
    }
  };
  play();
  const timer = round ? setInterval(play, round * 1000) : setTimeout(() => context.close(), 1000);
  if (!round) return () => {};
  return () => {
    clearInterval(timer);
    if (context.state !== 'closed') context.close();
  };
}

function beep(context, frequency, loudness, start, end) {
  const tone = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  // Without a click at either end.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + beepEdge);
  volume.gain.setValueAtTime(loudness, end - beepEdge);
  volume.gain.linearRampToValueAtTime(0, end);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(end);
}
