// How well a call goes, from two looks at what a browser counts (`getStats`). A core.

/** What of a report is of use: `{ at, roundTrip, received, lost, bytes, width, height, frames, isRelayed }`. */
export function readStatistics(report, at) {
  const found = {
    at, roundTrip: null, received: 0, lost: 0, bytes: 0, width: 0, height: 0, frames: 0, isRelayed: false,
  };
  const all = new Map([...report.values()].map((entry) => [entry.id, entry]));
  for (const entry of all.values()) {
    if (entry.type === 'transport' && entry.selectedCandidatePairId) {
      const pair = all.get(entry.selectedCandidatePairId);
      found.roundTrip = pair?.currentRoundTripTime ?? null;
      found.isRelayed = [pair?.localCandidateId, pair?.remoteCandidateId]
        .some((id) => all.get(id)?.candidateType === 'relay');
    }
    if (entry.type !== 'inbound-rtp') continue;
    found.received += entry.packetsReceived ?? 0;
    found.lost += entry.packetsLost ?? 0;
    found.bytes += entry.bytesReceived ?? 0;
    if (entry.kind === 'video') {
      Object.assign(found, { width: entry.frameWidth ?? 0, height: entry.frameHeight ?? 0 });
      found.frames = entry.framesDecoded ?? 0;
    }
  }
  return found;
}

/**
 * `{ level, roundTrip, loss, rate, picture, isRelayed }` between two looks; `level`: `good`, `fair`, `bad` or `silent`.
 */
export function qualityBetween(before, now) {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const loss = received + lost > 0 ? lost / (received + lost) : 0;
  const roundTrip = now.roundTrip === null ? null : Math.round(now.roundTrip * 1000);
  const frames = Math.max(0, now.frames - before.frames);
  return {
    level: levelOf(received, loss, roundTrip), roundTrip, loss: Math.round(loss * 100),
    rate: Math.round(Math.max(0, now.bytes - before.bytes) * 8 / 1000 / seconds),
    picture: frames > 0 ? `${now.width}×${now.height}` : null, isRelayed: now.isRelayed,
  };
}

/** ITU-T G.114 wants less than 150 ms each way; speech is hard to follow from 5 % loss on. */
function levelOf(received, loss, roundTrip) {
  if (received === 0) return 'silent';
  if (loss >= 0.05 || (roundTrip ?? 0) > 400) return 'bad';
  return loss >= 0.02 || (roundTrip ?? 0) > 250 ? 'fair' : 'good';
}
