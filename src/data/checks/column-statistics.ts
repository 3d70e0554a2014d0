/** What the values of every column are like, gathered as they pass: memory does not grow with the rows. */

/** Different values that are counted; more are many. */
export const MOST_DISTINCT = 1000;
/** Fewer rows may rise, or differ, by chance. */
export const LEAST_TELLING = 20;
/** From here on float32 takes whole numbers that follow each other for one. */
const FLOAT32_WHOLE = 2 ** 24;

/**
 * Each value is above the one before it: in all rows, or in the rows of each recording, where the next one begins anew. What
 * is too large for float32 to tell neighbours apart may stay as it is.
 */
export type Rising = 'all-rows' | 'each-recording';

export interface ColumnStatistics {
  /** Rows with a value. */
  readonly count: number;
  readonly missing: number;
  /** NaN, as the others, where there is no value. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation of the whole. */
  readonly deviation: number;
  /** Different values; undefined for more than `MOST_DISTINCT`. */
  readonly distinct: number | undefined;
  readonly constant: boolean;
  /** Undefined for what falls, and for fewer than `LEAST_TELLING` rows that were compared. */
  readonly rising: Rising | undefined;
  /** Whether it has one value in each recording. */
  readonly steady: boolean;
  /** The first column before it with the same values in all rows. */
  readonly equalTo: number | undefined;
  /** Repeated values far outside of all others, as −200 or 9999 stand for "not measured". */
  readonly suspiciousCodes: readonly SuspiciousCode[];
}

export interface SuspiciousCode {
  readonly value: number;
  readonly count: number;
  /** The nearest other value, and the one at the other end. */
  readonly nearest: number;
  readonly farthest: number;
}

/** One end of the values: the outermost, how often it is there, and the next one. */
interface End {
  value: number;
  count: number;
  next: number;
}

/** Fewer different values are levels of something, not measurements with a code among them. */
const LEAST_MEASUREMENTS = 10;
const LEAST_REPEATED = 3;
/** Of the range of the others: how far away a negative code lies from values of which none is negative. */
const GAP_OF_NEGATIVE_CODE = 0.05;

function codeAt({ value, count, next }: End, farthest: number): SuspiciousCode | undefined {
  const gap = Math.abs(next - value);
  const range = Math.abs(farthest - next);
  const negative = value < 0 && Math.min(next, farthest) >= 0 && gap >= GAP_OF_NEGATIVE_CODE * range;
  const far = gap >= range;
  if (count < LEAST_REPEATED || !(far || negative)) return undefined;
  return { value, count, nearest: next, farthest };
}

class ColumnCollector {
  count = 0;
  missing = 0;
  /** Of the bits of all values in their order: two independent 32-bit sums. */
  hashA = 0x811c9dc5;
  hashB = 0x9e3779b9;
  private readonly low: End = { value: Infinity, count: 0, next: Infinity };
  private readonly high: End = { value: -Infinity, count: 0, next: -Infinity };
  private first = 0;
  private last = -Infinity;
  private begins = true;
  /** Rows with one before them in their recording. */
  private compared = 0;
  private rises = true;
  private restarts = false;
  private steady = true;
  private sum = 0;
  private squares = 0;
  private readonly values = new Set<number>();
  private many = false;

  /** The next value is the first of a recording. */
  begin(): void {
    this.begins = true;
  }

  see(value: number, lowBits: number, highBits: number): void {
    this.hashA = Math.imul(Math.imul(this.hashA ^ lowBits, 0x01000193) ^ highBits, 0x01000193);
    this.hashB = Math.imul((this.hashB + highBits) | 0, 0x85ebca6b) ^ Math.imul(lowBits, 0xc2b2ae35);
    this.hashB = (this.hashB << 13) | (this.hashB >>> 19);
    if (Number.isNaN(value)) {
      this.missing++;
      return;
    }
    if (this.count++ === 0) this.first = value;
    const shifted = value - this.first;
    this.sum += shifted;
    this.squares += shifted * shifted;
    this.compare(value);
    this.seeEnds(value);
    if (!this.many) {
      this.values.add(value);
      if (this.values.size > MOST_DISTINCT) {
        this.many = true;
        this.values.clear();
      }
    }
  }

  private compare(value: number): void {
    const isRise = value > this.last || (value === this.last && Math.abs(value) >= FLOAT32_WHOLE);
    if (this.begins) this.restarts ||= !isRise;
    else {
      this.compared++;
      this.rises &&= isRise;
      this.steady &&= value === this.last;
    }
    this.begins = false;
    this.last = value;
  }

  private rising(): Rising | undefined {
    const rows = this.restarts ? this.compared : this.count - 1;
    if (!this.rises || rows < LEAST_TELLING - 1 || this.low.value === this.high.value) return undefined;
    return this.restarts ? 'each-recording' : 'all-rows';
  }

  private seeEnds(value: number): void {
    const { low, high } = this;
    if (value < low.value) {
      low.next = low.value;
      low.value = value;
      low.count = 1;
    } else if (value === low.value) low.count++;
    else if (value < low.next) low.next = value;
    if (value > high.value) {
      high.next = high.value;
      high.value = value;
      high.count = 1;
    } else if (value === high.value) high.count++;
    else if (value > high.next) high.next = value;
  }

  private codes(): readonly SuspiciousCode[] {
    if (!this.many && this.values.size <= LEAST_MEASUREMENTS) return [];
    const found = [codeAt(this.low, this.high.value), codeAt(this.high, this.low.value)];
    return found.filter((code) => code !== undefined);
  }

  finish(equalTo: number | undefined): ColumnStatistics {
    const mean = this.sum / this.count;
    const some = this.count > 0;
    return {
      count: this.count,
      missing: this.missing,
      min: some ? this.low.value : Number.NaN,
      max: some ? this.high.value : Number.NaN,
      mean: this.first + mean,
      deviation: Math.sqrt(Math.max(0, this.squares / this.count - mean * mean)),
      distinct: this.many ? undefined : this.values.size,
      constant: some && this.low.value === this.high.value,
      rising: this.rising(),
      steady: this.steady,
      equalTo,
      suspiciousCodes: this.codes(),
    };
  }
}

export interface StatisticsCollector {
  /** What is seen next is another recording. */
  begin(): void;
  /** `rows` rows of all columns at the start of `values`; NaN is missing. */
  see(values: Float64Array, rows: number): void;
  finish(): readonly ColumnStatistics[];
}

export function collectStatistics(columns: number): StatisticsCollector {
  const collectors = Array.from({ length: columns }, () => new ColumnCollector());
  return {
    begin() {
      for (const collector of collectors) collector.begin();
    },
    see(values, rows) {
      const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * rows * columns);
      for (let row = 0, at = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, at++) {
          collectors[column].see(values[at], bits[2 * at], bits[2 * at + 1]);
        }
      }
    },
    finish() {
      const byHash = new Map<string, number>();
      return collectors.map((collector, column) => {
        const key = `${collector.hashA} ${collector.hashB}`;
        const equalTo = byHash.get(key);
        if (equalTo === undefined) byHash.set(key, column);
        return collector.finish(equalTo);
      });
    },
  };
}
