/** How fast readings really came, by the clock of the computer that heard them. */

/** Readings in a second. */
export interface SamplingRate {
  /** The median over stretches of half a second. */
  readonly hz: number;
  /** A twentieth of the stretches is slower, and a twentieth faster. */
  readonly low: number;
  readonly high: number;
  /** Silences in which readings are missing, or the board did something else. */
  readonly gaps: number;
  /** 0 where there is none. */
  readonly longestGapSeconds: number;
}

/** What USB and the system hold back arrives together, so the time from one reading to the next says little. */
const STRETCH_SECONDS = 0.5;
/** A silence is at least so many readings long, and longer than the system ever holds readings back. */
const GAP_READINGS = 5;
const LEAST_GAP_SECONDS = 0.25;

/** `share` of the sorted values are not above. */
function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.round((sorted.length - 1) * share)];
}

/** Readings without a gap among them: the first one, and behind the last. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Silences {
  readonly stretches: readonly Stretch[];
  readonly gaps: readonly number[];
}

/** Where the time to the next reading is far above what it is on the average of all that have none. */
function splitAtGaps(times: ArrayLike<number>): Silences {
  const steps = Float64Array.from({ length: times.length - 1 }, (_, i) => times[i + 1] - times[i]).sort();
  // Nine of ten steps: what is longer may be a gap. The mean, for most of them may be 0.
  const usual = steps.subarray(0, Math.max(1, Math.ceil(steps.length * 0.9)));
  const mean = usual.reduce((sum, step) => sum + step, 0) / usual.length;
  const longest = Math.max(LEAST_GAP_SECONDS, GAP_READINGS * mean);
  const stretches: Stretch[] = [];
  const gaps: number[] = [];
  let from = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i] - times[i - 1];
    if (step <= longest) continue;
    gaps.push(step);
    stretches.push({ from, to: i });
    from = i;
  }
  return { stretches: [...stretches, { from, to: times.length }], gaps };
}

/** The rates of consecutive parts of about half a second; of what is shorter altogether, one. */
function* ratesOf(times: ArrayLike<number>, { from, to }: Stretch): Generator<number> {
  let start = from;
  for (let i = from + 1; i < to; i++) {
    const seconds = times[i] - times[start];
    const isWhole = seconds >= STRETCH_SECONDS || (start === from && i === to - 1 && seconds > 0);
    if (!isWhole) continue;
    yield (i - start) / seconds;
    start = i;
  }
}

/** `times` in seconds, in their order. Undefined where they do not tell, as fewer than two. */
export function samplingRate(times: ArrayLike<number>): SamplingRate | undefined {
  if (times.length < 2) return undefined;
  const { stretches, gaps } = splitAtGaps(times);
  const rates = Float64Array.from(stretches.flatMap((stretch) => [...ratesOf(times, stretch)])).sort();
  if (rates.length === 0) return undefined;
  return {
    hz: quantile(rates, 0.5),
    low: quantile(rates, 0.05),
    high: quantile(rates, 0.95),
    gaps: gaps.length,
    longestGapSeconds: gaps.reduce((most, gap) => Math.max(most, gap), 0),
  };
}
