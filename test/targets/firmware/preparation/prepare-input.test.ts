import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { type Preparation, preparationLength } from '../../../../src/core/samples/preparation.ts';
import { MEASURES } from '../../../../src/core/samples/statistics.ts';
import { elementCount, type Shape } from '../../../../src/core/tensor.ts';
import type { StepInput } from '../../../../src/data/preparing/index.ts';
import { prepareHeader } from '../../../../src/targets/c/project/prepare-header.ts';
import { floatBitsLiteral } from '../../../../src/targets/firmware/c-literal.ts';
import { prepareInputFiles } from '../../../../src/targets/firmware/preparation/prepare-input.ts';
import { type CompileOptions, runNative, runOnCortexM4 } from '../../../cross/compile.ts';
import { runJoined } from '../../../cross/joined-programs.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { fitted, prepared } from '../../../data/preparing/fit.ts';
import { once } from '../../../standalone/chunks.ts';

interface Case {
  readonly shape: Shape;
  readonly steps: readonly StepInput[];
}

const CATEGORIES = [
  { column: 0, texts: ['L', 'a "quoted"\n??/ one', 'H', 'never'] },
  { column: 2, texts: ['no', 'yes'] },
];

const CASES: Readonly<Record<string, Case>> = {
  nothing: { shape: [3], steps: [] },
  affine: { shape: [5, 3], steps: [{ step: 'standard' }] },
  // One value: a compiler sees that a product meets an addition.
  'affine then mean': {
    shape: [3, 1],
    steps: [{ step: 'standard' }, { step: 'decimate', factor: 3 }, { step: 'clip', low: -2 }],
  },
  clip: { shape: [4, 2], steps: [{ step: 'robust' }, { step: 'clip', low: -1, high: 0.7, channels: [1] }] },
  fill: { shape: [6], steps: [{ step: 'fill' }, { step: 'min-max' }] },
  rms: { shape: [37, 1], steps: [{ step: 'level', level: 0.1 }, { step: 'standard' }] },
  peak: { shape: [8, 2], steps: [{ step: 'level', measure: 'peak', level: 0.9 }] },
  'one-hot': { shape: [2, 4], steps: [{ step: 'one-hot', columns: CATEGORIES }, { step: 'standard' }] },
  spectrum: {
    shape: [200, 1],
    steps: [
      { step: 'level' },
      { step: 'spectrum', rate: 8000, window: 64, hop: 20, bands: 6 },
      { step: 'standard' },
    ],
  },
  // Windows that are no power of two, and an odd one.
  'spectrum of short windows': {
    shape: [90, 1],
    steps: [{ step: 'spectrum', rate: 100, window: 25, hop: 7, bands: 4, low: 3, high: 49, floor: 1e-3 }],
  },
  'spectrum of what is missing': {
    shape: [40, 1],
    steps: [
      { step: 'spectrum', rate: 100, window: 32, hop: 8, bands: 3 },
      { step: 'fill', with: -1 },
    ],
  },
  'fixed-spectrum': {
    shape: [500, 1],
    steps: [
      { step: 'level', level: 0.2 },
      { step: 'fixed-spectrum', rate: 8000, window: 200, hop: 100, channels: 12 },
      { step: 'standard' },
    ],
  },
  // An odd window, a transform of which one step is of base 2, and one of base 4 alone.
  'fixed-spectrum of short windows': {
    shape: [90, 1],
    steps: [
      {
        step: 'fixed-spectrum',
        rate: 100,
        window: 25,
        hop: 9,
        channels: 4,
        low: 3,
        noise: false,
        levels: 0.1,
      },
    ],
  },
  'fixed-spectrum of what is missing': {
    shape: [300, 1],
    steps: [
      { step: 'fixed-spectrum', rate: 8000, window: 101, hop: 40, channels: 9, gain: false },
      { step: 'fill', with: -1 },
    ],
  },
  'pre-emphasis, logarithm': {
    shape: [20, 2],
    steps: [
      { step: 'pre-emphasis', coefficient: 0.95 },
      { step: 'logarithm', unit: 'dB', added: 0.25, floor: 1e-3 },
    ],
  },
  'logarithm of what is missing': {
    shape: [9],
    steps: [{ step: 'logarithm' }, { step: 'fill', with: 0 }],
  },
  filter: {
    shape: [40, 3],
    steps: [
      { step: 'filter', rate: 100, above: 2, below: 30, order: 3 },
      { step: 'filter', rate: 100, above: 1, order: 4 },
    ],
  },
  'filter of what is missing': {
    shape: [40, 1],
    steps: [
      { step: 'filter', rate: 100, below: 20 },
      { step: 'fill', with: 0 },
    ],
  },
  'normalize, remove-mean': { shape: [9, 2], steps: [{ step: 'remove-mean' }, { step: 'normalize' }] },
  'normalize by windows': {
    shape: [6, 3],
    steps: [
      { step: 'normalize', window: 5 },
      { step: 'normalize', window: 31, added: 1 },
    ],
  },
  dct: {
    shape: [4, 7],
    steps: [
      { step: 'dct', coefficients: 5, lifter: 3 },
      { step: 'dct', coefficients: 3, keepFirst: true, norm: 'tensorflow' },
    ],
  },
  'round, below-peak': {
    shape: [12, 2],
    steps: [{ step: 'clip', low: -9, high: 9 }, { step: 'round' }, { step: 'below-peak', range: 6 }],
  },
  statistics: {
    shape: [40, 3],
    steps: [{ step: 'statistics', window: 20, hop: 11, measures: [...MEASURES] }, { step: 'standard' }],
  },
  // The mean, the deviation and each measure of frequencies alone; transforms that end inside a window and behind it.
  'statistics of power': {
    shape: [45, 2],
    steps: [
      {
        step: 'statistics',
        measures: ['kurtosis', 'deviation'],
        power: { points: 16, measures: ['skewness', 'kurtosis'] },
      },
    ],
  },
  'statistics of bands': {
    shape: [70, 2],
    steps: [
      {
        step: 'statistics',
        rate: 100,
        window: 33,
        hop: 9,
        measures: [],
        power: { points: 8, overlap: false, of: 'mean', edges: [0, 20, 50], logarithm: false },
      },
    ],
  },
  'statistics of what is missing': {
    shape: [12, 2],
    steps: [
      {
        step: 'statistics',
        window: 3,
        hop: 3,
        measures: ['mean-crossings'],
        power: { points: 8, edges: [0, 0.5], measures: ['kurtosis'] },
        rate: 1,
      },
      { step: 'fill', with: -1 },
    ],
  },
  // The transform and its scratch are shared by steps of unequal sizes.
  'spectrum of other forms': {
    shape: [200, 1],
    steps: [
      {
        step: 'spectrum',
        rate: 8000,
        window: 50,
        hop: 8,
        bands: 5,
        points: 128,
        taper: 'hamming',
        symmetric: true,
        of: 'magnitude',
        weights: 'peak',
        slopes: 'mel',
        total: true,
        logarithm: false,
      },
      { step: 'logarithm', added: 1e-3 },
      { step: 'dct', coefficients: 4, keepFirst: true },
      { step: 'normalize', window: 5 },
    ],
  },
  'spectrum of areas': {
    shape: [120, 1],
    steps: [
      {
        step: 'spectrum',
        rate: 8000,
        window: 64,
        hop: 20,
        bands: 4,
        taper: 'rectangular',
        mel: 'slaney',
        weights: 'area',
        edges: 'whole',
        perPoint: true,
      },
    ],
  },
  'pad-ends': {
    shape: [6, 2],
    steps: [
      { step: 'pad-ends', count: 3 },
      { step: 'pad-ends', count: 11, with: 'reflect' },
      { step: 'decimate', factor: 2 },
    ],
  },
  all: {
    shape: [12, 3],
    steps: [
      { step: 'fill', with: 'mean' },
      { step: 'scale', from: [-3, 3] },
      { step: 'level' },
      { step: 'decimate', factor: 5 },
      { step: 'standard' },
      { step: 'clip', low: -1, high: 1 },
    ],
  },
};

const SAMPLES = 24;

/** Ordinary numbers, small and large ones, categories, zeros, silence, and what is missing. */
function samplesOf({ shape, steps }: Case): Float32Array {
  const random = createRandom(3, 'prepare_input test');
  const length = elementCount(shape);
  const fills = steps.some(({ step }) => step === 'fill');
  const draw = (sample: number): number => {
    if (sample === 2) return 0;
    if (sample === 3) return random.normal() * 1e-12;
    const kind = random.below(8);
    if (kind === 0) return random.below(4);
    if (kind === 1) return random.normal() * 1e6;
    if (kind === 2 && fills) return Number.NaN;
    return random.normal() * 3;
  };
  const samples = Float32Array.from({ length: SAMPLES * length }, (_, i) => draw(Math.floor(i / length)));
  // Of the categories training sees three.
  if (steps.some(({ step }) => step === 'one-hot')) {
    for (let i = 0; i < samples.length; i += 4) {
      samples[i] = random.below(3);
      samples[i + 2] = random.below(2);
    }
  }
  return samples;
}

/** What a chip may be given besides: codes that are none. */
function withOddCodes(samples: Float32Array, { steps }: Case): Float32Array {
  if (!steps.some(({ step }) => step === 'one-hot')) return samples;
  const odd = samples.slice();
  for (const [sample, value] of [3, -1, 0.5, Number.NaN, 1e30, Infinity].entries()) odd[sample * 8] = value;
  return odd;
}

function program(preparation: Preparation, samples: Float32Array, after: number): string {
  const length = elementCount(preparation.inputShape);
  return `#include <cstdint>
#include <cstdio>
#include <cstring>
#include "prepare_input.h"
static_assert(kReadingLength == ${length} && kPreparationLength == ${preparationLength(preparation)}, "");
static const uint32_t kBits[] = {${Array.from(samples, floatBitsLiteral).join(',')}};
int main() {
  for (int sample = 0; sample < ${samples.length / length}; ++sample) {
    static float values[kPreparationLength];
    std::memcpy(values, kBits + sample * kReadingLength, sizeof(float) * kReadingLength);
    prepare_input(values);
    for (int i = 0; i < ${after}; ++i) {
      uint32_t bits;
      std::memcpy(&bits, values + i, 4);
      std::printf("%08lx\\n", static_cast<unsigned long>(bits));
    }
  }
  return 0;
}
`;
}

/** NaNs have many bit patterns. */
function anyNaN(line: string): string {
  return /^[7f]f[89a-f]/.test(line) ? 'nan' : line;
}

interface Form {
  files(preparation: Preparation): readonly { readonly path: string; readonly text: string }[];
  program: typeof program;
  readonly main: string;
}

const CPP: Form = { files: (preparation) => prepareInputFiles(preparation, 'cpp'), program, main: 'main.cc' };

/** The header of a project without an interpreter. */
function inHeader(main: string): Form {
  return {
    files: (preparation) => [
      { path: 'net_prepare.h', text: prepareHeader(preparation, { name: 'net', macro: 'NET' }) },
    ],
    main,
    program: (preparation, samples, after) => `#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include "net_prepare.h"
static const uint32_t given[] = {${Array.from(samples, floatBitsLiteral).join(',')}};
int main(void)
{
  static float values[NET_PREPARATION_LENGTH];
  for (uint32_t sample = 0; sample < ${samples.length / elementCount(preparation.inputShape)}; ++sample) {
    memcpy(values, given + sample * NET_READING_LENGTH, sizeof(float) * NET_READING_LENGTH);
    net_prepare_input(values);
    for (uint32_t i = 0; i < ${after}; ++i) {
      uint32_t bits;
      memcpy(&bits, values + i, 4);
      printf("%08lx\\n", (unsigned long)bits);
    }
  }
  return 0;
}
`,
  };
}

/** Programs of some cases, in one, and what each is to print. */
async function outcomes(
  names: readonly string[],
  run: typeof runNative,
  options: CompileOptions,
  form: Form,
) {
  const trials = await Promise.all(
    names.map(async (name) => {
      const one = CASES[name];
      const training = samplesOf(one);
      const preparation = await fitted(one.steps, training, one.shape);
      const samples = withOddCodes(training, one);
      const expected = prepared(preparation, samples);
      const main = form.program(preparation, samples, expected.length / SAMPLES);
      const files = form.files(preparation).map(({ path, text }) => [path, text] as const);
      return {
        expected,
        program: { files: { ...Object.fromEntries(files), [form.main]: main }, main: form.main },
      };
    }),
  );
  const runs = runJoined(
    trials.map(({ program }) => program),
    ['prepare_input'],
    (sources) => run(sources, options),
  );
  return trials.map(({ expected }, index) => ({ expected, run: runs[index] }));
}

const ALL = Object.keys(CASES);

function itPrepares(
  title: string,
  run: typeof runNative,
  options: CompileOptions,
  form: Form = CPP,
  names: readonly string[] = ALL,
): void {
  const all = once(() => outcomes(names, run, options, form));
  it.each(names.map((name, index) => [name, index] as const))(`${title}: %s`, async (_, index) => {
    const { expected, run: own } = (await all())[index];
    expect([own.stderr, own.exitCode]).toEqual(['', 0]);
    expect(own.stdout.trim().split('\n').map(anyNaN)).toEqual(
      Array.from(expected, (value) => anyNaN(floatBitsLiteral(value).slice(2))),
    );
  });
}

const noNative = missingNative();
describe.skipIf(noNative !== '')(`prepare_input on this machine ${noNative}`, () => {
  itPrepares('does what training did, bit for bit', runNative, { standard: 'c++11' });
  itPrepares('does it in C', runNative, { strict: true }, inHeader('main.c'));
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`prepare_input on a Cortex-M4 ${noCortexM4}`, () => {
  const asKits = { standard: 'gnu++14', optimize: '-O2' } as const;
  itPrepares('does what training did, bit for bit', runOnCortexM4, asKits);

  // C++, because gcc joins products with additions in its own dialects alone. The steps have one text in both forms, in two dialects.
  const some = ALL.filter((_, index) => index % 3 === 0);
  itPrepares('does it as a header', runOnCortexM4, { ...asKits, strict: true }, inHeader('main.cc'), some);
});
