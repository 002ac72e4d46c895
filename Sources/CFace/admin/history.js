// What one node said of itself in the last minutes, and what follows from any two of its answers.

/** Answers that are kept: five minutes. */
export const kept = 150;
/** Answers that a latency covers: of two seconds there are often too few for a percentile. */
export const span = 5;

export class History {
  samples = [];

  /** - sample: an answer of /admin/v1/statistics, or null where there was none. - at: in milliseconds. */
  add(sample, at) {
    this.samples.push(sample && { ...sample, at });
    if (this.samples.length > kept) this.samples.shift();
  }

  get last() { return this.samples.at(-1) ?? null; }

  /** Per second, for each answer; null where nothing can be said. */
  rates(counter) {
    return this.samples.map((sample, index) => {
      const before = this.samples[index - 1];
      const [first, last] = [before?.counters?.[counter], sample?.counters?.[counter]];
      // A node that was started anew counts from zero.
      if (first === undefined || last === undefined || !isSameLife(before, sample)) return null;
      return Math.max(0, last - first) / ((sample.at - before.at) / 1000);
    });
  }

  rate(counter) { return this.rates(counter).at(-1) ?? null; }

  gauges(name) { return this.samples.map((sample) => sample?.gauges?.[name] ?? null); }

  gauge(name) { return this.last?.gauges?.[name] ?? null; }

  /** In microseconds, over the last `span` answers. */
  quantiles(name, q) {
    return this.samples.map((sample, index) => {
      const before = this.samples[Math.max(0, index - span)];
      if (!sample || !before || before === sample || !isSameLife(before, sample)) return null;
      const [first, last] = [before.latency?.[name], sample.latency?.[name]];
      return first && last ? quantile(last.bounds_us, first.counts, last.counts, q) : null;
    });
  }

  quantile(name, q) { return this.quantiles(name, q).at(-1) ?? null; }

  /** Above this a histogram says no more. */
  end(name) { return this.last?.latency?.[name]?.bounds_us.at(-1) ?? Infinity; }
}

const isSameLife = (before, after) => before?.epoch === after.epoch;

/**
 * Of what came between two states of a histogram; null: nothing came. What is in a bucket is spread evenly over it, as
 * nothing else is known.
 */
export function quantile(bounds, before, after, q) {
  const counts = after.map((count, index) => Math.max(0, count - before[index]));
  let rank = q * counts.reduce((sum, count) => sum + count, 0);
  if (rank === 0) return null;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && rank <= count) {
      if (index >= bounds.length) break;
      const low = index ? bounds[index - 1] : 0;
      return low + (bounds[index] - low) * rank / count;
    }
    rank -= count;
  }
  return bounds.at(-1);
}

/** Of all nodes together, moment by moment; null where no node has a number. */
export const sum = (series) => join(series, (values) => values.reduce((total, value) => total + value, 0));

/** The worst of all nodes, moment by moment. */
export const worst = (series) => join(series, (values) => Math.max(...values));

/** Curves end now and may begin at different times. */
function join(series, combine) {
  const length = Math.max(0, ...series.map((values) => values.length));
  return Array.from({ length }, (_, index) => {
    const values = series.map((each) => each[index - length + each.length]).filter(Number.isFinite);
    return values.length ? combine(values) : null;
  });
}
