/** Steps on readings in time and on rows of bands, compared with their definitions in doubles. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { StepInput } from '../../../src/data/preparing/index.ts';
import { fitted, prepared } from './fit.ts';

const random = createRandom(7, 'signal test');
const noise = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

async function through(
  samples: ArrayLike<number>,
  shape: readonly number[],
  ...steps: readonly StepInput[]
): Promise<number[]> {
  const values = Float32Array.from(samples);
  return [...prepared(await fitted(steps, values, shape), values)];
}

function expectClose(found: readonly number[], expected: readonly number[], digits = 4): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], digits);
}

const SCIPY_STEP = [
  0.01809893, 0.10425061, 0.28876887, 0.53475201, 0.77338256, 0.95371766, 1.05723857, 1.09247612,
];

/** How much of a sine of that frequency is left, once the filter has settled. */
async function gainAt(hz: number, step: StepInput & { step: 'filter' }): Promise<number> {
  const sine = Array.from({ length: 4000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / step.rate));
  const left = (await through(sine, [4000, 1], step)).slice(2000);
  return Math.sqrt((2 * left.reduce((sum, value) => sum + value ** 2, 0)) / left.length);
}

describe('filter', () => {
  it.each([1, 2, 3, 4, 6, 8])('of order %i is a Butterworth filter, as its formula has it', async (order) => {
    for (const hz of [5, 10, 20]) {
      const warped = Math.tan((Math.PI * hz) / 100) / Math.tan((Math.PI * 10) / 100);
      const low = 1 / Math.sqrt(1 + warped ** (2 * order));
      const high = 1 / Math.sqrt(1 + warped ** (-2 * order));
      expect(await gainAt(hz, { step: 'filter', rate: 100, below: 10, order })).toBeCloseTo(low, 4);
      expect(await gainAt(hz, { step: 'filter', rate: 100, above: 10, order })).toBeCloseTo(high, 4);
    }
  });

  // scipy.signal.sosfilt(scipy.signal.butter(3, 10, fs=100, output='sos'), …) of a step.
  it('answers a step as SciPy does', async () => {
    const found = await through(
      Array.from({ length: 8 }, () => 1),
      [8, 1],
      {
        step: 'filter',
        rate: 100,
        below: 10,
        order: 3,
      },
    );
    expectClose(found, SCIPY_STEP, 6);
  });

  // 30 Hz would be heard as 10 Hz at the new rate of 40: a mean of 5 alone leaves 31 % of it.
  it.each([
    [[], 0.25, 0.32],
    [[{ step: 'filter', rate: 200, below: 13, order: 8 }], 0, 0.001],
  ] as const)('behind %j decimation leaves little of what is too fast', async (before, least, most) => {
    const sine = Array.from({ length: 4000 }, (_, i) => Math.sin((2 * Math.PI * 30 * i) / 200));
    const left = (await through(sine, [4000, 1], ...before, { step: 'decimate', factor: 5 })).slice(400);
    const peak = Math.max(...left.map(Math.abs));
    expect(peak).toBeGreaterThan(least);
    expect(peak).toBeLessThan(most);
  });

  it('hands on what is no number, and goes on as if it had not been', async () => {
    const samples = noise(30);
    const step = { step: 'filter', rate: 100, below: 10 } as const;
    const whole = await through(samples, [30, 1], step);
    const holed = await through([...samples.slice(0, 9), Number.NaN, ...samples.slice(9, 29)], [30, 1], step);
    expect(holed.filter((_, i) => i !== 9)).toEqual(whole.slice(0, 29));
    expect(holed[9]).toBeNaN();
  });

  it('begins anew behind numbers that are too large for it', async () => {
    const found = await through([3e38, 3e38, 3e38, 3e38, ...new Array(26).fill(0)], [30, 1], {
      step: 'filter',
      rate: 100,
      above: 10,
      order: 2,
    });
    expect(found.slice(-1)[0]).toBeLessThan(1e38);
    expect(found.slice(-1)[0]).not.toBeNaN();
  });
});

it('pre-emphasis takes the reading before away', async () => {
  expect(await through([1, 10, 2, 20, 4, 40], [3, 2], { step: 'pre-emphasis', coefficient: 0.5 })).toEqual([
    1, 10, 1.5, 15, 3, 30,
  ]);
});

it('logarithm has units, what is added, and a floor', async () => {
  const values = [0, 0.5, 100, Number.NaN];
  const dB = await through(values, [4], { step: 'logarithm', unit: 'dB', floor: 0.01 });
  expectClose(dB.slice(0, 3), [-20, 10 * Math.log10(0.5), 20]);
  expect(dB[3]).toBeNaN();
  expectClose(
    (await through(values, [4], { step: 'logarithm', added: 1 })).slice(0, 3),
    [0, 1.5, 101]
      .map((value) => Math.log(Math.fround(value || 1e-30)))
      .map((value, i) => (i === 0 ? 0 : value)),
  );
});

describe('dct', () => {
  const cosines = (row: readonly number[], k: number): number =>
    row.reduce((sum, x, i) => sum + x * Math.cos((Math.PI * k * (2 * i + 1)) / (2 * row.length)), 0);

  it('is its definition', async () => {
    const samples = [...noise(33)];
    const rows = [samples.slice(0, 11), samples.slice(11, 22), samples.slice(22)];
    expectClose(
      await through(samples, [3, 11], { step: 'dct', coefficients: 6 }),
      rows.flatMap((row) =>
        Array.from({ length: 6 }, (_, k) => Math.sqrt((k === 0 ? 1 : 2) / 11) * cosines(row, k)),
      ),
    );
    expectClose(
      await through(samples, [3, 11], { step: 'dct', coefficients: 11, norm: 'tensorflow', lifter: 5 }),
      rows.flatMap((row) =>
        Array.from(
          { length: 11 },
          (_, k) => Math.sqrt(2 / 11) * cosines(row, k) * (1 + 2.5 * Math.sin((Math.PI * (k + 1)) / 5)),
        ),
      ),
    );
  });

  it('keeps a first value that is no band', async () => {
    const row = [...noise(8)];
    const found = await through(row, [1, 8], { step: 'dct', coefficients: 3, keepFirst: true });
    expectClose(found, [row[0], ...[1, 2].map((k) => Math.sqrt(2 / 7) * cosines(row.slice(1), k))]);
  });

  it('makes no more than there is', async () => {
    await expect(through(noise(8), [1, 8], { step: 'dct', coefficients: 9 })).rejects.toMatchObject({
      code: 'bad-step',
      message: 'The preparing step "dct" makes 9 values of a row, and a row has 8.',
    });
  });
});

describe('normalize', () => {
  it('takes mean and deviation of every channel', async () => {
    const found = await through([1, 10, 3, 30, 5, 50], [3, 2], { step: 'normalize' });
    const one = Math.sqrt(1.5);
    expectClose(found, [-one, -one, 0, 0, one, one]);
    expect(await through([1, 10, 3, 30, 5, 50], [3, 2], { step: 'remove-mean' })).toEqual([
      -2, -20, 0, 0, 2, 20,
    ]);
  });

  it('mirrors rows at the ends of windows, as often as they go', async () => {
    const values = [1, 4, 2];
    const around = (row: number, window: number): number[] =>
      Array.from({ length: window }, (_, i) => {
        const place = (((row + i - (window - 1) / 2) % 6) + 6) % 6;
        return values[place < 3 ? place : 5 - place];
      });
    for (const window of [3, 5, 17]) {
      const centred = values.map((value, row) => {
        const near = around(row, window);
        return value - near.reduce((sum, x) => sum + x, 0) / window;
      });
      const found = await through(values, [3, 1], { step: 'normalize', window, added: 1e6 });
      expectClose(
        found.map((value) => value * 1e6),
        centred,
        3,
      );
    }
  });
});

it('round goes to the nearest, ties to the even one', async () => {
  expect(await through([0.1, 0.125, 0.375, -0.125, -1], [5], { step: 'round', levels: 4 })).toEqual([
    0, 0, 0.5, 0, -1,
  ]);
});

it('below-peak raises what is far below the largest value of a sample', async () => {
  expect(await through([1, -5, 3, Number.NaN], [4], { step: 'below-peak', range: 4 })).toEqual([
    1,
    -1,
    3,
    Number.NaN,
  ]);
});

it('pad-ends adds rows', async () => {
  const rows = [1, 10, 2, 20, 3, 30];
  expect(await through(rows, [3, 2], { step: 'pad-ends', count: 1 })).toEqual([0, 0, ...rows, 0, 0]);
  expect(await through(rows, [3, 2], { step: 'pad-ends', count: 2, with: 'reflect' })).toEqual([
    3,
    30,
    2,
    20,
    ...rows,
    2,
    20,
    1,
    10,
  ]);
  await expect(through(rows, [3, 2], { step: 'pad-ends', count: 3, with: 'reflect' })).rejects.toMatchObject({
    code: 'bad-step',
  });
});
