import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { motionSamples } from '../../../src/data/generators/motion.ts';
import { sineSamples } from '../../../src/data/generators/sine.ts';
import { normalize, standardNormalization } from '../../../src/data/normalization.ts';
import { STEP_NAMES, STEPS, type StepInput, stepSchema } from '../../../src/data/preparing/index.ts';
import {
  applyPreparation,
  asNormalization,
  parsePreparation,
} from '../../../src/data/preparing/preparation.ts';
import { fitted, prepared } from './fit.ts';

const f = Math.fround;

/** Heavy tails, several channels of different size. */
function randomSamples(values: number, channels: number): Float32Array {
  const random = createRandom(7, 'preparing test');
  return Float32Array.from({ length: values }, (_, i) => random.normal() ** 3 * 10 ** (i % channels));
}

/** NumPy's linear quantile, by sorting. */
function sortedQuantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at % 1);
}

function channelOf(samples: Float32Array, channels: number, channel: number): number[] {
  return [...samples].filter((value, i) => i % channels === channel && !Number.isNaN(value));
}

describe('standard', () => {
  it.each([1, 5])('is what normalization.json says of the examples, to the bit (seed %i)', async (seed) => {
    const { x: motion } = motionSamples({ samples: 60, noise: 0.2 }, seed);
    const { x: sine } = sineSamples({ samples: 500, noise: 0.5, low: 0, high: 15 }, seed);
    for (const [x, shape] of [
      [motion, [64, 3]],
      [sine, [1]],
    ] as const) {
      const preparation = await fitted([{ step: 'standard' }], x, shape);
      const normalization = standardNormalization(x, shape[shape.length - 1]);
      expect(asNormalization(preparation)).toEqual(normalization);
      expect(prepared(preparation, x)).toEqual(normalize(x, normalization));
    }
  });

  it('leaves constant columns at scale 1, and columns that it does not concern alone', async () => {
    const x = Float32Array.of(7, 1, 10, 7, 3, 30);
    const preparation = await fitted([{ step: 'standard', channels: [0, 1] }], x, [3]);
    expect(preparation.steps).toEqual([
      { step: 'affine', parameters: { offset: [7, 2, 0], scale: [1, 1, 1] } },
    ]);
  });

  it('does not count what is missing, and keeps it missing', async () => {
    const preparation = await fitted([{ step: 'standard' }], Float32Array.of(1, Number.NaN, 5), [1]);
    expect(asNormalization(preparation)).toEqual({ offset: [3], scale: [0.5] });
    expect(prepared(preparation, Float32Array.of(Number.NaN))[0]).toBeNaN();
    const none = await fitted([{ step: 'standard' }], Float32Array.of(Number.NaN), [1]);
    expect(asNormalization(none)).toEqual({ offset: [0], scale: [1] });
  });
});

describe('min-max', () => {
  it('takes the ends of every column to the wanted ones', async () => {
    const x = randomSamples(300, 3);
    const preparation = await fitted([{ step: 'min-max', to: [-1, 1] }], x, [3]);
    const after = prepared(preparation, x);
    for (let channel = 0; channel < 3; channel++) {
      expect(Math.min(...channelOf(after, 3, channel))).toBeCloseTo(-1, 5);
      expect(Math.max(...channelOf(after, 3, channel))).toBeCloseTo(1, 5);
    }
  });

  it('takes a constant column to the lower end', async () => {
    const preparation = await fitted([{ step: 'min-max', to: [2, 3] }], Float32Array.of(9, 9), [1]);
    expect(prepared(preparation, Float32Array.of(9))).toEqual(Float32Array.of(2));
  });
});

describe('robust', () => {
  it.each([1, 2, 7, 1000])('has the exact median and quartiles of %i values a column', async (count) => {
    const x = randomSamples(2 * count, 2);
    const parameters = asNormalization(await fitted([{ step: 'robust' }], x, [2]));
    for (let channel = 0; channel < 2; channel++) {
      const values = channelOf(x, 2, channel);
      const spread = sortedQuantile(values, 0.75) - sortedQuantile(values, 0.25);
      expect(parameters?.offset[channel]).toBe(f(sortedQuantile(values, 0.5)));
      expect(parameters?.scale[channel]).toBe(spread > 0 ? f(1 / spread) : 1);
    }
  });

  it('divides by the range where half of the values are equal', async () => {
    const x = Float32Array.of(0, 0, 0, 0, 0, 0, 0, 8);
    expect(asNormalization(await fitted([{ step: 'robust' }], x, [1]))).toEqual({
      offset: [0],
      scale: [0.125],
    });
  });
});

describe('scale', () => {
  it('takes bytes to 0 … 1 and to −1 … 1', async () => {
    const bytes = Float32Array.of(0, 51, 255);
    const unit = await fitted([{ step: 'scale' }], bytes, [1]);
    expect(asNormalization(unit)).toEqual({ offset: [0], scale: [f(1 / 255)] });
    const both = await fitted([{ step: 'scale', to: [-1, 1] }], bytes, [1]);
    expect(asNormalization(both)).toEqual({ offset: [127.5], scale: [f(1 / 127.5)] });
    expect(prepared(both, bytes)[2]).toBe(f(127.5 * f(1 / 127.5)));
  });
});

describe('clip', () => {
  it('limits, on one side or both, and leaves what is no number', async () => {
    const x = Float32Array.of(-9, 0, 9, Number.NaN);
    expect(prepared(await fitted([{ step: 'clip', low: -1, high: 2 }], x, [1]), x)).toEqual(
      Float32Array.of(-1, 0, 2, Number.NaN),
    );
    const oneSided = await fitted([{ step: 'clip', high: 2, channels: [1] }], x, [2]);
    expect(prepared(oneSided, Float32Array.of(9, 9, -1e38, -1e38))).toEqual(
      Float32Array.of(9, 2, -1e38, -1e38),
    );
  });
});

describe('fill', () => {
  it.each([
    ['median', 2],
    ['mean', 4],
    [-7, -7],
  ] as const)('puts the %s in', async (by, expected) => {
    const x = Float32Array.of(1, 2, Number.NaN, 9);
    expect(prepared(await fitted([{ step: 'fill', with: by }], x, [1]), x)[2]).toBe(expected);
  });

  it('puts 0 where nothing was ever measured', async () => {
    const x = Float32Array.of(Number.NaN, Number.NaN);
    expect(prepared(await fitted([{ step: 'fill' }], x, [1]), x)).toEqual(Float32Array.of(0, 0));
  });
});

describe('level', () => {
  const loud = Float32Array.of(300, -400, 300, -400);
  const quiet = loud.map((value) => value / 100);

  it('makes the quiet as loud as the loud, and leaves silence silent', async () => {
    const training = Float32Array.of(...loud, ...quiet, ...loud);
    const preparation = await fitted([{ step: 'level', level: 0.5, silence: 0.001 }], training, [4]);
    const rms = (x: Float32Array): number => Math.hypot(...x) / 2;
    expect(rms(prepared(preparation, loud))).toBeCloseTo(0.5, 6);
    expect(rms(prepared(preparation, quiet))).toBeCloseTo(0.5, 6);
    expect(prepared(preparation, new Float32Array(4))).toEqual(new Float32Array(4));
    const hiss = Float32Array.of(1e-3, -1e-3, 1e-3, -1e-3);
    expect(rms(prepared(preparation, hiss))).toBeLessThan(0.01);
  });

  it('measures the peak', async () => {
    const preparation = await fitted([{ step: 'level', measure: 'peak', level: 1 }], loud, [2, 2]);
    expect(Math.max(...prepared(preparation, loud).map(Math.abs))).toBeCloseTo(1, 6);
  });

  it('makes no number of nothing but silence', async () => {
    const preparation = await fitted([{ step: 'level' }], new Float32Array(8), [4]);
    expect(prepared(preparation, new Float32Array(8))).toEqual(new Float32Array(8));
  });
});

describe('one-hot', () => {
  const columns = [{ column: 1, texts: ['L', 'M', 'H', 'never'] }];

  it('makes a column of each category that training saw, where it stood', async () => {
    const x = Float32Array.of(10, 2, 11, 20, 0, 21, 30, 1, 31);
    const preparation = await fitted([{ step: 'one-hot', columns }], x, [3]);
    expect(preparation.steps).toEqual([
      { step: 'one-hot', parameters: { columns: [{ ...columns[0], places: [0, 1, 2, -1] }] } },
    ]);
    expect([...prepared(preparation, x)]).toEqual([10, 0, 0, 1, 11, 20, 1, 0, 0, 21, 30, 0, 1, 0, 31]);
  });

  it.each([3, -1, 0.5, Number.NaN, 1e30])('is 0 everywhere for %d, which training never saw', async (odd) => {
    const preparation = await fitted([{ step: 'one-hot', columns }], Float32Array.of(1, 0, 1, 1), [2]);
    expect([...prepared(preparation, Float32Array.of(5, odd))]).toEqual([5, 0, 0]);
  });

  it('takes several columns of several rows', async () => {
    const two = [
      { column: 2, texts: ['a', 'b'] },
      { column: 0, texts: ['c', 'd', 'e'] },
    ];
    const x = Float32Array.of(0, 7, 1, 2, 8, 0, 1, 9, 1);
    expect([...prepared(await fitted([{ step: 'one-hot', columns: two }], x, [3, 3]), x)]).toEqual([
      ...[1, 0, 0, 7, 0, 1],
      ...[0, 0, 1, 8, 1, 0],
      ...[0, 1, 0, 9, 0, 1],
    ]);
  });
});

describe('decimate', () => {
  it('takes means, and cuts the rest', async () => {
    const x = Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70, 9, 90);
    expect([...prepared(await fitted([{ step: 'decimate', factor: 2 }], x, [5, 2]), x)]).toEqual([
      2, 20, 6, 60,
    ]);
  });

  it('refuses samples without so many rows', async () => {
    await expect(fitted([{ step: 'decimate', factor: 6 }], new Float32Array(10), [5, 2])).rejects.toThrow(
      'has only 5',
    );
    await expect(fitted([{ step: 'decimate', factor: 2 }], new Float32Array(10), [5])).rejects.toThrow(
      'has no rows',
    );
  });
});

describe('several steps', () => {
  it('are fitted on what those before them make of the samples', async () => {
    const x = Float32Array.of(0, 1, 2, 1000);
    const { steps } = await fitted([{ step: 'clip', high: 3 }, { step: 'min-max' }], x, [1]);
    expect(steps[1]).toEqual({ step: 'affine', parameters: { offset: [0], scale: [f(1 / 3)] } });
  });

  it('become one where they are affine', async () => {
    const x = randomSamples(300, 3);
    const both: StepInput[] = [{ step: 'robust' }, { step: 'scale', from: [-2, 2] }];
    const preparation = await fitted(both, x, [3]);
    expect(asNormalization(preparation)).toBeDefined();
    const robust = prepared(await fitted([both[0]], x, [3]), x);
    const apart = prepared(await fitted([both[1]], robust, [3]), robust);
    const together = prepared(preparation, x);
    for (let i = 0; i < x.length; i++) expect(together[i] / apart[i]).toBeCloseTo(1, 3);
  });

  it('stay two where float32 cannot hold the product', async () => {
    const tiny: StepInput = { step: 'scale', from: [0, 1e30], to: [0, 1] };
    const { steps } = await fitted([tiny, tiny], Float32Array.of(1), [1]);
    expect(steps).toHaveLength(2);
  });

  it('run in place where samples do not grow, and say what is wrong where there are none', async () => {
    const x = Float32Array.of(1, 3, 5, 7, 9, 11);
    const preparation = await fitted([{ step: 'decimate', factor: 3 }], x, [3, 1]);
    const values = x.slice();
    applyPreparation(preparation)(values, 2, values);
    expect([...values.subarray(0, 2)]).toEqual([3, 9]);
    await expect(fitted([{ step: 'standard' }], new Float32Array(0), [1])).rejects.toThrow('no samples');
    await expect(fitted([{ step: 'standard', channels: [4] }], x, [3])).rejects.toThrow('names column 4');
  });
});

it('every step has a row, and says its own name', () => {
  for (const name of STEP_NAMES) {
    const { options } = STEPS[name];
    expect(options.safeParse({ step: name, columns: [{ column: 0, texts: ['a'] }] }).success).toBe(
      name === 'one-hot',
    );
    expect(STEPS[name].summary).not.toBe('');
  }
  expect(stepSchema.safeParse({ step: 'clip' }).success).toBe(false);
});

describe('preparation.json', () => {
  const good = {
    version: 1,
    inputShape: [4, 2],
    steps: [
      { step: 'affine', parameters: { offset: [0.5, 1], scale: [2, 1] } },
      { step: 'decimate', parameters: { factor: 2 } },
    ],
  };

  it('reads back what was written', async () => {
    const x = randomSamples(400, 2);
    const steps: StepInput[] = [
      { step: 'fill' },
      { step: 'level' },
      { step: 'standard' },
      { step: 'clip', low: -8, high: 8 },
      { step: 'decimate', factor: 2 },
    ];
    const preparation = await fitted(steps, x, [4, 2]);
    expect(parsePreparation(JSON.stringify(preparation))).toEqual(preparation);
    expect(parsePreparation(JSON.stringify(good))).toEqual(good);
  });

  const step = (name: string, parameters: unknown): unknown => ({
    ...good,
    steps: [{ step: name, parameters }],
  });
  it.each([
    ['no JSON', '{', 'not JSON'],
    ['an array', [], 'expected object'],
    ['another version', { ...good, version: 2 }, 'version'],
    ['a step that nobody knows', step('fft', {}), 'steps.0'],
    ['a member too many', { ...good, more: 1 }, 'more'],
    ['channels that are not there', step('affine', { offset: [0], scale: [1] }), 'has numbers for 1 channel'],
    ['lists of different length', step('clip', { low: [0, 0], high: [1] }), 'has numbers for 1 channel, and'],
    ['a scale of 0', step('affine', { offset: [0, 0], scale: [1, 0] }), 'must not be 0'],
    ['numbers that float32 does not hold', step('fill', { value: [0.1, 0] }), 'float32'],
    ['limits crossed', step('clip', { low: [1, 0], high: [0, 0] }), 'lower limit'],
    ['a level of 0', step('level', { measure: 'rms', level: 0, floor: 1 }), 'above 0'],
    [
      'places with a hole',
      step('one-hot', { columns: [{ column: 0, texts: ['a'], places: [3] }] }),
      'places',
    ],
    ['a column beyond', step('one-hot', { columns: [{ column: 2, texts: ['a'], places: [0] }] }), 'column 2'],
    ['rows that are not there', step('decimate', { factor: 5 }), 'mean of 5 rows'],
    ['a shape beyond memory', { ...good, inputShape: [2 ** 30, 2 ** 30] }, 'are the most'],
    ['a shape of nothing', { ...good, inputShape: [0, 2] }, 'inputShape'],
  ])('refuses %s', (_, document, words) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    expect(() => parsePreparation(text, 'a.json')).toThrow(words);
    expect(() => parsePreparation(text, 'a.json')).toThrow('a.json is not a preparation');
  });
});
