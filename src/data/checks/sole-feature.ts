/** How well one column alone tells the classes apart. */

import { counted } from '../../core/figure-text.ts';
import { type Finding, percent, quoted, valueText } from './finding.ts';

/** Rows of one value in a sorted column. */
function runsOf(values: ArrayLike<number>): {
  readonly order: Uint32Array;
  readonly ends: readonly number[];
} {
  const order = Uint32Array.from({ length: values.length }, (_, row) => row)
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => values[a] - values[b]);
  const ends: number[] = [];
  for (let i = 1; i <= order.length; i++) {
    if (i === order.length || values[order[i]] !== values[order[i - 1]]) ends.push(i);
  }
  return { order, ends };
}

/**
 * Balanced accuracy (the mean over classes of the share that is recognized) of who knows the column alone: a row is of the
 * class that most other rows with its value have; where no other has it, of that of its two neighbours in size, each half.
 * 1 / classes is chance. It sees thresholds, categories, and numbers of rows in a file that is sorted by class.
 */
export function soleFeatureScore(values: ArrayLike<number>, classOf: ArrayLike<number>): number {
  const { order, ends } = runsOf(values);
  const totals = new Map<number, number>();
  const right = new Map<number, number>();
  const add = (to: Map<number, number>, own: number, by: number): void => {
    to.set(own, (to.get(own) ?? 0) + by);
  };
  for (const row of order) add(totals, classOf[row], 1);
  let start = 0;
  for (const end of ends) {
    if (end - start === 1) {
      const own = classOf[order[start]];
      const before = start > 0 ? order[start - 1] : order[start + 1];
      const after = end < order.length ? order[end] : order[start - 1];
      for (const near of [before, after])
        if (near !== undefined && classOf[near] === own) add(right, own, 0.5);
    } else {
      const counts = new Map<number, number>();
      for (let i = start; i < end; i++) add(counts, classOf[order[i]], 1);
      for (const [own, count] of counts) {
        const others = Math.max(0, ...[...counts].flatMap(([other, many]) => (other === own ? [] : [many])));
        if (count - 1 > others) add(right, own, count);
        else if (count - 1 === others) add(right, own, count / 2);
      }
    }
    start = end;
  }
  let sum = 0;
  for (const [own, total] of totals) sum += (right.get(own) ?? 0) / total;
  return totals.size === 0 ? 0 : sum / totals.size;
}

/** One value of a column with which nearly all rows are of one class that is rare elsewhere. */
export interface GivenAway {
  readonly value: number;
  readonly own: number;
  /** Rows with the value, and of those of the class. */
  readonly rows: number;
  readonly of: number;
  /** Share of the class in all rows. */
  readonly base: number;
}

const LEAST_ROWS = 10;
const NEARLY_ALL = 0.98;
const RARE = 0.5;
/** A column with more values is a measurement. */
const MOST_VALUES = 20;

function givenAway(values: ArrayLike<number>, classOf: ArrayLike<number>): readonly GivenAway[] {
  const { order, ends } = runsOf(values);
  if (ends.length < 2 || ends.length > MOST_VALUES) return [];
  const totals = new Map<number, number>();
  for (const row of order) totals.set(classOf[row], (totals.get(classOf[row]) ?? 0) + 1);
  const found: GivenAway[] = [];
  let start = 0;
  for (const end of ends) {
    const counts = new Map<number, number>();
    for (let i = start; i < end; i++) counts.set(classOf[order[i]], (counts.get(classOf[order[i]]) ?? 0) + 1);
    for (const [own, of] of counts) {
      const base = (totals.get(own) ?? 0) / order.length;
      if (end - start >= LEAST_ROWS && of >= NEARLY_ALL * (end - start) && base < RARE) {
        found.push({ value: values[order[start]], own, rows: end - start, of, base });
      }
    }
    start = end;
  }
  return found;
}

export interface NamedFeature {
  readonly name: string;
  /** Of a category: what its values stand for. */
  readonly texts?: readonly string[] | undefined;
  /** NaN is missing. */
  readonly values: ArrayLike<number>;
}

export interface NamedTarget {
  readonly name: string;
  readonly classOf: ArrayLike<number>;
  /** Names of the classes. */
  readonly texts: readonly string[];
}

const DECIDES = 0.99;

/** Features that equal or nearly decide a class, wholly or where they have a certain value. Rows may be a sample of all. */
export function checkSoleFeatures(
  features: readonly NamedFeature[],
  target: NamedTarget,
): readonly Finding[] {
  const classes = new Set(Array.from(target.classOf)).size;
  if (classes < 2) return [];
  return features.flatMap(({ name, texts, values }): Finding[] => {
    const score = soleFeatureScore(values, target.classOf);
    if (score >= DECIDES) {
      return [
        {
          check: 'decided-by-one-column',
          sentence: `Column ${quoted(name)} alone decides ${quoted(target.name)}: balanced accuracy ${percent(score)}, where guessing has ${percent(1 / classes)}; leave it out unless a new measurement has it before the answer is known.`,
        },
      ];
    }
    return givenAway(values, target.classOf).map(({ value, own, rows, of, base }) => ({
      check: 'decided-by-one-column',
      sentence: `Where column ${quoted(name)} is ${valueText(value, texts)}, ${quoted(target.name)} is ${quoted(target.texts[own] ?? String(own))} in ${of} of ${counted(rows, 'row')} (${percent(of / rows)}, against ${percent(base)} in all): it may be part of the answer; leave it out unless a new measurement has it before the answer is known.`,
    }));
  });
}

/** Pearson's correlation of rows that have both; 0 where one of them never changes. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [count, meanA, meanB, squaresA, squaresB, products] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    if (Number.isNaN(a[row]) || Number.isNaN(b[row])) continue;
    count++;
    const [offA, offB] = [a[row] - meanA, b[row] - meanB];
    meanA += offA / count;
    meanB += offB / count;
    squaresA += offA * (a[row] - meanA);
    squaresB += offB * (b[row] - meanB);
    products += offA * (b[row] - meanB);
  }
  const scale = Math.sqrt(squaresA * squaresB);
  return scale > 0 ? products / scale : 0;
}

const SAME = 0.9999;

/** Features that are a number to be predicted, times a constant and plus another. */
export function checkEqualToTarget(
  features: readonly NamedFeature[],
  target: { readonly name: string; readonly values: ArrayLike<number> },
): readonly Finding[] {
  return features.flatMap(({ name, values }): Finding[] => {
    const r = correlation(values, target.values);
    if (r * r < SAME) return [];
    return [
      {
        check: 'decided-by-one-column',
        sentence: `Column ${quoted(name)} alone gives ${quoted(target.name)} by a straight line (R² ${Number((r * r).toPrecision(6))}); leave it out unless a new measurement has it before the answer is known.`,
      },
    ];
  });
}
