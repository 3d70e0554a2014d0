/** Columns that say nothing, say it twice, or say too much. */

import { counted } from '../../core/figure-text.ts';
import { type ColumnStatistics, LEAST_TELLING, type Rising } from './column-statistics.ts';
import { type Finding, figure, percent, quoted, valueText } from './finding.ts';

export interface CheckedColumn extends ColumnStatistics {
  readonly name: string;
  readonly kind: 'number' | 'category' | 'time';
  /** Of a category: what its values stand for. */
  readonly texts?: readonly string[] | undefined;
}

function constantColumn({ name, constant, min, count, missing, texts }: CheckedColumn): Finding | undefined {
  if (count === 0) {
    return {
      check: 'constant-column',
      sentence: `Column ${quoted(name)} is empty in all ${counted(missing, 'row')}; leave it out.`,
    };
  }
  if (!constant) return undefined;
  return {
    check: 'constant-column',
    sentence: `Column ${quoted(name)} is ${valueText(min, texts)} in all ${counted(count, 'row')} that have it: it tells nothing; leave it out.`,
  };
}

function duplicateColumn(
  { name, equalTo, count, constant }: CheckedColumn,
  all: readonly CheckedColumn[],
): Finding | undefined {
  if (equalTo === undefined || count === 0 || constant) return undefined;
  return {
    check: 'duplicate-column',
    sentence: `Column ${quoted(name)} equals column ${quoted(all[equalTo].name)} in all ${counted(count, 'row')}; leave one of them out.`,
  };
}

const RISES: Readonly<Record<Rising, (count: number) => string>> = {
  'all-rows': (count) => `rises from row to row in all ${counted(count, 'row')}`,
  'each-recording': (count) => `rises from row to row in every recording (${counted(count, 'row')} in all)`,
};

function rowNumber({ name, kind, rising, count, min, max }: CheckedColumn): Finding | undefined {
  if (kind !== 'number' || rising === undefined) return undefined;
  return {
    check: 'row-number',
    sentence: `Column ${quoted(name)} ${RISES[rising](count)}, from ${figure(min)} to ${figure(max)}: it counts rows or time, which a new measurement does not share; leave it out, or call it the time.`,
  };
}

/** Texts of which hardly one is there twice. */
function identity({ name, kind, distinct, count }: CheckedColumn): Finding | undefined {
  const many = distinct === undefined || (count >= LEAST_TELLING && distinct > count / 2);
  if (kind !== 'category' || !many) return undefined;
  return {
    check: 'identity-column',
    sentence: `Column ${quoted(name)} has ${distinct === undefined ? 'more than 1000' : distinct} different texts in ${count} rows: it names rows, and does not describe them; leave it out.`,
  };
}

function codes({ name, kind, suspiciousCodes, count }: CheckedColumn): Finding[] {
  if (kind !== 'number') return [];
  return suspiciousCodes.map(({ value, count: times, nearest, farthest }) => ({
    check: 'suspicious-code',
    sentence: `Column ${quoted(name)} is ${figure(value)} in ${times} of ${counted(count, 'row')} (${percent(times / count)}), and elsewhere between ${figure(Math.min(nearest, farthest))} and ${figure(Math.max(nearest, farthest))}: it may stand for what is missing; name it as a missing value.`,
  }));
}

/** What each column shows by itself. */
export function checkColumns(columns: readonly CheckedColumn[]): readonly Finding[] {
  return columns.flatMap((column) => [
    ...[constantColumn(column), duplicateColumn(column, columns), rowNumber(column), identity(column)].filter(
      (finding) => finding !== undefined,
    ),
    ...codes(column),
  ]);
}

/** From here on the weights of a first layer have to bridge what training rarely does. */
const UNSCALED = 100;

/** Features that go into a model as they are. */
export function checkScales(features: readonly CheckedColumn[]): readonly Finding[] {
  const moving = features.filter(({ kind, deviation }) => kind === 'number' && deviation > 0);
  if (moving.length < 2) return [];
  const by = (better: (a: number, b: number) => boolean): CheckedColumn =>
    moving.reduce((best, one) => (better(one.deviation, best.deviation) ? one : best));
  const [least, most] = [by((a, b) => a < b), by((a, b) => a > b)];
  const ratio = most.deviation / least.deviation;
  if (ratio < UNSCALED) return [];
  return [
    {
      check: 'unscaled-ranges',
      sentence: `Column ${quoted(most.name)} varies ${figure(ratio)} times as much as ${quoted(least.name)} (standard deviations ${figure(most.deviation)} and ${figure(least.deviation)}); prepare them with "standard".`,
    },
  ];
}

/** Of the training range: what may lie beyond it without a word. */
const MARGIN = 0.1;

/** `train` and `test` describe the same columns. */
export function checkRanges(
  train: readonly CheckedColumn[],
  test: readonly CheckedColumn[],
): readonly Finding[] {
  return train.flatMap((own, index): Finding[] => {
    const { min, max, count } = test[index];
    const margin = MARGIN * (own.max - own.min);
    if (own.kind === 'time' || count === 0 || (min >= own.min - margin && max <= own.max + margin)) return [];
    return [
      {
        check: 'outside-training-range',
        sentence: `Column ${quoted(own.name)} reaches from ${figure(min)} to ${figure(max)} in the test data, and from ${figure(own.min)} to ${figure(own.max)} in the training data: there the model guesses; train on the whole range.`,
      },
    ];
  });
}
