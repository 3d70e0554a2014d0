/** The C of what TensorFlow Lite Micro recorded gives the recorded bytes. */

import { describe, expect, it } from 'vitest';
import type { ProgramOptions } from '../../src/targets/c/optimize.ts';
import { fixtureSet, GOLDEN_MODELS, sharedSet } from '../conformance/recorded.ts';
import { runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { NO_SHARED } from '../shared.ts';
import { chunksOf } from './chunks.ts';
import { type GoldenCase, goldenModels, goldenOperators } from './golden-cases.ts';
import { compareMany } from './many-graphs.ts';

const TOGETHER = 100;

type Run = Parameters<typeof compareMany>[1];

/** What differs, by name of the case, and how many bytes were compared. */
function compareCases(
  cases: readonly GoldenCase[],
  run: Run,
  options?: ProgramOptions,
): { wrong: string[]; compared: number } {
  const verdicts = compareMany(cases, run, options);
  return {
    wrong: verdicts.flatMap(({ first }, index) => (first === '' ? [] : [`${cases[index].name}: ${first}`])),
    compared: verdicts.reduce((sum, { compared }) => sum + compared, 0),
  };
}

/** Whole networks compute long enough for compilers to be worth their time. */
const runOptimized: Run = (sources) => runSanitized(sources, { optimize: '-O1' });

function recordedOperators(cases: readonly GoldenCase[], run: Run): void {
  it.each(chunksOf(cases, TOGETHER))('$name and others', (...chunk) => {
    const { wrong, compared } = compareCases(chunk, run);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(chunk.length);
  });
}

const NATIVE = missingNative();
const EMULATED = missingCortexM4();
const shared = sharedSet();
const fixtures = goldenOperators(fixtureSet());

const namesShared = new Set(shared?.cases.map(({ name }) => name));

describe.skipIf(NATIVE !== '')(`operators in fixtures/tflm, here, with sanitizers ${NATIVE}`, () => {
  // The others are the same models and bytes.
  recordedOperators(
    fixtures.filter(({ name }) => !namesShared.has(name)),
    runSanitized,
  );
});

describe.skipIf(EMULATED !== '')(`operators in fixtures/tflm on a Cortex-M4 ${EMULATED}`, () => {
  recordedOperators(fixtures, runOnCortexM4);
});

describe.skipIf(shared === undefined || NATIVE !== '')(
  `all recorded operators ${NO_SHARED} ${NATIVE}`,
  () => {
    if (shared === undefined) return;
    const cases = goldenOperators(shared);
    recordedOperators(cases, runSanitized);
  },
);

describe.skipIf(shared === undefined || NATIVE !== '')(`recorded models ${NO_SHARED} ${NATIVE}`, () => {
  if (shared === undefined) return;
  it.each(GOLDEN_MODELS)('%s', (name) => {
    const { wrong, compared } = compareCases(goldenModels([name]), runOptimized);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });

  // Weights of the one that keeps no state, and of those that do, lie in the same struct as states.
  it.each(['micro_speech_quantized', 'trained_lstm_int8'])(
    '%s with weights that are decoded once',
    (name) => {
      const cases = goldenModels([name]);
      expect(compareCases(cases, runOptimized, { huffman: 'boot' }).wrong).toEqual([]);
    },
  );
});
