import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { checkClasses, checkCount, checkGroups } from '../../../src/data/checks/class-checks.ts';
import {
  type CheckedColumn,
  checkColumns,
  checkRanges,
  checkScales,
} from '../../../src/data/checks/column-checks.ts';
import { collectStatistics, MOST_DISTINCT } from '../../../src/data/checks/column-statistics.ts';
import { type DuplicateFinder, findDuplicates } from '../../../src/data/checks/duplicate-samples.ts';
import { checkLevels } from '../../../src/data/checks/level-check.ts';
import {
  checkEqualToTarget,
  checkSoleFeatures,
  correlation,
  soleFeatureScore,
} from '../../../src/data/checks/sole-feature.ts';
import { PART } from '../../../src/data/splits/parts.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

type Columns = Readonly<Record<string, readonly number[]>>;

/** Statistics of columns of equal length, seen in blocks of seven rows. */
function columnsOf(columns: Columns, kind: CheckedColumn['kind'] = 'number'): CheckedColumn[] {
  const entries = Object.entries(columns);
  const rows = entries[0][1].length;
  const collector = collectStatistics(entries.length);
  for (let start = 0; start < rows; start += 7) {
    const end = Math.min(rows, start + 7);
    const values = entries.map(([, column]) => column.slice(start, end));
    const block = Float64Array.from({ length: (end - start) * entries.length }, (_, i) => {
      return values[i % entries.length][Math.floor(i / entries.length)];
    });
    collector.see(block, end - start);
  }
  return collector.finish().map((own, index) => ({ ...own, name: entries[index][0], kind }));
}

const random = createRandom(11, 'checks test');
const normals = (count: number): number[] => Array.from({ length: count }, () => random.normal());
const checksOf = (findings: readonly { readonly check: string }[]): string[] =>
  findings.map(({ check }) => check);

describe('collectStatistics', () => {
  it('has count, ends, mean and deviation of what is there', () => {
    const x = [3, Number.NaN, 5, 5, -1];
    const [found] = columnsOf({ x });
    expect(found).toMatchObject({ count: 4, missing: 1, min: -1, max: 5, mean: 3, distinct: 3 });
    expect(found.deviation).toBeCloseTo(Math.sqrt(24 / 4), 12);
    expect(found).toMatchObject({ constant: false, rising: undefined, equalTo: undefined });
  });

  it('loses no digits of large numbers', () => {
    const [found] = columnsOf({ time: [1, 2, 3, 4].map((s) => 1.7e12 + s) });
    expect(found.mean).toBe(1.7e12 + 2.5);
    expect(found.deviation).toBeCloseTo(Math.sqrt(1.25), 12);
  });

  it('stops counting different values, and says nothing of empty columns', () => {
    const { length } = normals(MOST_DISTINCT);
    const many = Array.from({ length: length + 1 }, (_, i) => i);
    expect(columnsOf({ many })[0].distinct).toBeUndefined();
    expect(columnsOf({ fits: many.slice(1) })[0].distinct).toBe(MOST_DISTINCT);
    expect(columnsOf({ empty: [Number.NaN] })[0]).toMatchObject({ count: 0, missing: 1, min: Number.NaN });
  });

  it('finds equal columns, and not those that hold the same in another order', () => {
    const a = normals(50);
    const found = columnsOf({ a, b: a.toReversed(), c: a, d: a.map((value, i) => (i === 49 ? 0 : value)) });
    expect(found.map(({ equalTo }) => equalTo)).toEqual([undefined, undefined, 0, undefined]);
  });

  it.each([
    ['far below', [-200, -200, -200], -200],
    ['a negative among positive ones', [-1, -1, -1], -1],
    ['far above', [9999, 9999, 9999], 9999],
  ])('suspects what is repeated %s', (_, codes, value) => {
    const x = [...Array.from({ length: 30 }, (_row, i) => 5 + i / 3), ...codes];
    expect(columnsOf({ x })[0].suspiciousCodes).toMatchObject([{ value, count: 3 }]);
  });

  it.each([
    ['is there once', [...normals(50), 9999]],
    ['is no farther than the others', [...normals(50), ...[-4, -4, -4]]],
    ['is one of a few levels', [-1, -1, -1, 0, 1, 2, 0, 1, 2]],
    ['is 0 where all are small', [0, 0, 0, ...Array.from({ length: 30 }, (_, i) => 1 + i)]],
  ])('does not suspect what %s', (_, x) => {
    expect(columnsOf({ x })[0].suspiciousCodes).toEqual([]);
  });
});

describe('checkColumns', () => {
  it('names columns that are constant, equal, empty, or count rows', () => {
    const good = normals(30);
    const columns = columnsOf({
      good,
      still: good.map(() => 7),
      twin: good,
      none: good.map(() => Number.NaN),
      row: good.map((_, i) => i + 1),
    });
    expect(checkColumns(columns).map(({ sentence }) => sentence)).toEqual([
      'Column "still" is 7 in all 30 rows that have it: it tells nothing; leave it out.',
      'Column "twin" equals column "good" in all 30 rows; leave one of them out.',
      'Column "none" is empty in all 30 rows; leave it out.',
      'Column "row" rises from row to row in all 30 rows, from 1 to 30: it counts rows or time, which a new measurement does not share; leave it out, or call it the time.',
    ]);
  });

  it('names what counts rows anew in every recording, and not what rises in some of them', () => {
    const recordings = [9, 9, 9].map((rows, place) => ({
      counter: Array.from({ length: rows }, (_, i) => i),
      clock: Array.from({ length: rows }, (_, i) => 1.6e9 + 100 * (2 - place) + Math.floor(i / 4)),
      signal: Array.from({ length: rows }, (_, i) => (place === 1 && i === 5 ? 0 : 10 * place + i)),
    }));
    const collector = collectStatistics(3);
    for (const { counter, clock, signal } of recordings) {
      collector.begin();
      const block = counter.flatMap((value, i) => [value, clock[i], signal[i]]);
      collector.see(Float64Array.from(block), counter.length);
    }
    expect(collector.finish().map(({ rising }) => rising)).toEqual([
      'each-recording',
      'each-recording',
      undefined,
    ]);
  });

  it('takes a few rows that rise in every recording for chance', () => {
    const collector = collectStatistics(1);
    for (let recording = 0; recording < 9; recording++) {
      collector.begin();
      collector.see(Float64Array.of(1, 2, 3), 3);
    }
    expect(collector.finish()[0].rising).toBeUndefined();
  });

  it('names texts that only name rows, and not classes', () => {
    const ids = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
    const classes = ids.map((id) => id % 3);
    const findings = checkColumns(columnsOf({ ids, classes }, 'category'));
    expect(findings.map(({ sentence }) => sentence)).toEqual([
      'Column "ids" has 40 different texts in 40 rows: it names rows, and does not describe them; leave it out.',
    ]);
  });

  it('names codes with their share', () => {
    const x = [...Array.from({ length: 97 }, (_, i) => 10 + (i % 20)), -200, -200, -200];
    expect(checkColumns(columnsOf({ x }))[0].sentence).toContain(
      'is -200 in 3 of 100 rows (3%), and elsewhere between 10 and 29',
    );
  });
});

describe('ranges', () => {
  it('compares the spread of features', () => {
    const small = normals(50);
    const large = small.map((value) => 5000 * value);
    expect(checkScales(columnsOf({ small, large }))[0].sentence).toContain(
      'Column "large" varies 5000 times as much as "small"',
    );
    expect(checkScales(columnsOf({ small, large: small.map((value) => 50 * value) }))).toEqual([]);
    expect(checkScales(columnsOf({ small, still: small.map(() => 1) }))).toEqual([]);
  });

  it('names test data beyond the training data', () => {
    const train = columnsOf({ a: [0, 10], b: [0, 10] });
    const test = columnsOf({ a: [-0.9, 10.9], b: [5, 30] });
    expect(checkRanges(train, test).map(({ sentence }) => sentence)).toEqual([
      'Column "b" reaches from 5 to 30 in the test data, and from 0 to 10 in the training data: there the model guesses; train on the whole range.',
    ]);
  });
});

describe('soleFeatureScore', () => {
  const classOf = Array.from({ length: 200 }, (_, i) => (i < 20 ? 1 : 0));

  it('is 1 for thresholds, categories and row numbers of sorted files, and chance for noise', () => {
    expect(soleFeatureScore(classOf, classOf)).toBe(1);
    expect(
      soleFeatureScore(
        classOf.map((own, i) => 5 * own + Math.sin(i)),
        classOf,
      ),
    ).toBeGreaterThan(0.97);
    const three = Array.from({ length: 300 }, (_, i) => Math.floor(i / 100));
    const rows = three.map((_, i) => i);
    expect(soleFeatureScore(rows, three)).toBeGreaterThan(0.98);
    const noise = normals(4000);
    const fair = noise.map((_, i) => i % 2);
    expect(soleFeatureScore(noise, fair)).toBeGreaterThan(0.45);
    expect(soleFeatureScore(noise, fair)).toBeLessThan(0.55);
  });

  it('gives half for a coin where each value is there twice, and 0 for no values', () => {
    const coin = [0, 1, 0, 1];
    expect(soleFeatureScore([1, 1, 2, 2], coin)).toBe(0);
    expect(soleFeatureScore([1, 1, 1, 1], coin)).toBe(0);
    expect(soleFeatureScore([Number.NaN, Number.NaN, Number.NaN, Number.NaN], coin)).toBe(0);
  });
});

describe('checkSoleFeatures', () => {
  const classOf = Array.from({ length: 400 }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const target = { name: 'failure', classOf, texts: ['no', 'yes'] };

  it('names what decides, wholly or where it has a value, and leaves what is merely useful', () => {
    const features = [
      { name: 'twin', values: classOf.map((own) => 3 - own) },
      { name: 'mode', values: classOf.map((own, i) => (own === 1 && i < 240 ? 1 : 0)), texts: ['off', 'on'] },
      { name: 'useful', values: classOf.map((own) => own + 2 * random.normal()) },
      { name: 'coin', values: classOf.map(() => random.below(2)) },
      // On in 16 of the 20 failures, and 2 times besides.
      {
        name: 'strong',
        values: classOf.map((own, i) => ((own === 1 && i < 320) || i === 1 || i === 2 ? 1 : 0)),
      },
    ];
    expect(checkSoleFeatures(features, target).map(({ sentence }) => sentence)).toEqual([
      'Column "twin" alone decides "failure": balanced accuracy 100%, where guessing has 50%; leave it out unless a new measurement has it before the answer is known.',
      'Where column "mode" is "on", "failure" is "yes" in 12 of 12 rows (100%, against 5% in all): it may be part of the answer; leave it out unless a new measurement has it before the answer is known.',
    ]);
  });

  it('finds the line from a feature to a number', () => {
    const target = { name: 'celsius', values: normals(100) };
    const features = [
      { name: 'fahrenheit', values: target.values.map((value) => 32 + 1.8 * value) },
      { name: 'near', values: target.values.map((value) => value + 0.1 * random.normal()) },
      { name: 'still', values: target.values.map(() => 3) },
    ];
    expect(checkEqualToTarget(features, target)).toHaveLength(1);
    expect(checkEqualToTarget(features, target)[0].sentence).toContain('"fahrenheit" alone gives "celsius"');
    expect(correlation([1, 2, 3, Number.NaN], [2, 4, 7, 1])).toBeCloseTo(0.9933993, 6);
  });
});

function see(finder: DuplicateFinder, sample: Float32Array, part: number): void {
  finder.see(new Uint32Array(sample.buffer), 0, sample.length, part);
}

describe('findDuplicates', () => {
  it('counts test samples that training has, value for value', () => {
    const finder = findDuplicates();
    const sample = (value: number): Float32Array => Float32Array.of(value, 2, 3);
    for (const value of [1, 2, 3, 3, 4]) see(finder, sample(value), PART.train);
    for (const value of [5, 6]) see(finder, sample(value), PART.validation);
    for (const value of [3, 4, 4, 7, 8]) see(finder, sample(value), PART.test);
    expect(finder.finish().map(({ sentence }) => sentence)).toEqual([
      '3 of 5 test samples are in the train split too, value for value: what they measure was learned by heart; remove the copies, or split by a group.',
    ]);
  });

  it('says of one copy that it is one', () => {
    const finder = findDuplicates();
    for (const value of [1, 2]) see(finder, Float32Array.of(value), PART.train);
    for (const value of [2, 3]) see(finder, Float32Array.of(value), PART.test);
    expect(finder.finish()[0].sentence).toMatch(/^1 of 2 test samples is in the train split too/);
  });

  it('takes no two different samples for one, and remembers no more than it may', () => {
    const finder = findDuplicates();
    const sample = new Float32Array(2);
    for (let i = 0; i < 300_000; i++) {
      sample[0] = i;
      sample[1] = 1 / (i + 1);
      see(finder, sample, i < 200_000 ? PART.train : PART.test);
    }
    expect(finder.finish()).toEqual([]);
    for (let i = 0; i < 1000; i++) {
      sample[0] = i;
      sample[1] = 1 / (i + 1);
      see(finder, sample, PART.test);
    }
    const [{ sentence }] = finder.finish();
    expect(sentence).toContain('that were compared (one in 2)');
    expect(Number.parseInt(sentence, 10)).toBeGreaterThan(430);
    expect(Number.parseInt(sentence, 10)).toBeLessThan(570);
    const compared = Number(/of (\d+) test/.exec(sentence)?.[1]);
    expect(Math.abs(compared - 50_500)).toBeLessThan(1000);
  });
});

describe('classes and groups', () => {
  it('counts what is rare, single, or far more than the rest', () => {
    const classOf = [...Array(60).fill(0), ...Array(5).fill(1), 2];
    expect(checkClasses(classOf, ['ok', 'bad', 'bda']).map(({ sentence }) => sentence)).toEqual([
      'Class "ok" has 60 samples, 60 times as many as class "bda" with 1: accuracy says little here; weigh the classes ("balance" in "training"), and look at balanced accuracy.',
      'Class "bda" occurs once: nothing can be tested of it; is it a misspelt label?',
      'Class "bad" has 5 samples: each is 20 points of what is measured of it; collect more.',
    ]);
    expect(checkClasses([...Array(60).fill(0), ...Array(20).fill(1)], undefined)).toEqual([]);
    expect(checksOf(checkCount(49))).toEqual(['too-few-samples']);
    expect(checkCount(50)).toEqual([]);
  });

  it('names groups that are torn apart', () => {
    const groupOf = [0, 0, 0, 1, 1, 2];
    expect(checkGroups(Uint8Array.of(0, 0, 2, 1, 1, 2), groupOf, 'engine', ['A', 'B', 'C'])).toEqual([
      {
        check: 'split-group',
        sentence:
          '1 of 3 groups of "engine" have samples in several splits, "A" for one (train 2, validation 0, test 1): the test measures what training has met; split by "engine".',
      },
    ]);
    expect(checkGroups(Uint8Array.of(0, 0, 0, 1, 1, 2), groupOf, 'engine')).toEqual([]);
  });
});

describe('checkLevels', () => {
  it('names the loudest and the quietest, without silence', () => {
    const keyOf = Array.from({ length: 30 }, (_, i) => i % 3);
    const levels = keyOf.map((key, i) => (i < 3 ? 0 : [100, 120, 1300][key]));
    expect(checkLevels(levels, 'speaker', keyOf, ['theo', 'lucas', 'george'])[0].sentence).toBe(
      'The level tells the speaker: samples of "george" have a median RMS of 1300, 13 times that of "theo" (100); prepare them with "level" unless loudness is what you mean.',
    );
    expect(checkLevels(levels.map(Math.sqrt), 'speaker', keyOf)).toEqual([]);
  });
});

/** Columns of a plain CSV file with quotes around decimal commas. */
function csvColumns(path: string): Record<string, string[]> {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const cells = (line: string): string[] =>
    [...line.matchAll(/("[^"]*"|[^,]*)(,|$)/g)].map(([, cell]) => cell.replaceAll('"', ''));
  const table = rows.map(cells);
  return Object.fromEntries(header.split(',').map((name, column) => [name, table.map((row) => row[column])]));
}

const ai4i = sharedPath('data', 'ai4i2020', 'ai4i2020.csv');
describe.skipIf(ai4i === undefined)(`ai4i2020 ${ai4i === undefined ? NO_SHARED : ''}`, () => {
  it('its failure modes are part of the answer, and its measurements are not', () => {
    const columns = csvColumns(ai4i ?? '');
    const classOf = columns['Machine failure'].map(Number);
    const features = Object.entries(columns)
      .filter(([name]) => !['Machine failure', 'Product ID', 'Type', 'UDI'].includes(name))
      .map(([name, cells]) => ({ name, values: cells.map(Number) }));
    const findings = checkSoleFeatures(features, { name: 'Machine failure', classOf, texts: ['0', '1'] });
    const named = ['TWF', 'HDF', 'PWF', 'OSF'];
    expect(findings.map(({ sentence }) => sentence.match(/column "(\w+)"/)?.[1])).toEqual(named);
    expect(findings[1].sentence).toContain('is "1" in 115 of 115 rows (100%, against 3.39% in all)');
    expect(checksOf(checkClasses(classOf, ['0', '1']))).toEqual(['class-imbalance']);
  });
});

const airquality = sharedPath('data', 'airquality', 'AirQualityUCI.csv');
describe.skipIf(airquality === undefined)(`airquality ${airquality === undefined ? NO_SHARED : ''}`, () => {
  it('−200 is a suspicious code in each of its 13 columns, and nothing else is', () => {
    const columns = Object.entries(csvColumns(airquality ?? '')).slice(2, 15);
    const numbers = Object.fromEntries(
      columns.map(([name, cells]) => [name, cells.map((cell) => Number(cell.replace(',', '.')))]),
    );
    const codes = columnsOf(numbers).map(({ suspiciousCodes }) => suspiciousCodes.map(({ value }) => value));
    expect(codes).toEqual(Array.from({ length: 13 }, () => [-200]));
  });
});
