/** The spectrum in integers in C: thousands of frames, and not one differing value, whatever the machine. */

import { describe, expect, it } from 'vitest';
import type { FixedSpectrum } from '../../../../src/core/samples/fixed-spectrum.ts';
import { frameCost } from '../../../bench/features/frame-cost.ts';
import {
  runAsCortexM0,
  runOnCortexM3,
  runOnCortexM4,
  runOnCortexM4WithClang,
  runOnCortexM55,
  runSanitized,
  runWithClang,
} from '../../../cross/compile.ts';
import { missingClang, missingCortexM4, missingCortexM4Clang, missingNative } from '../../../cross/probe.ts';
import { MICRO_SPEECH } from '../../../data/preparing/micro-speech.ts';
import { differingValues } from './fixed-frames.ts';

const { noise: _noise, gain: _gain, ...plain } = MICRO_SPEECH;
const CASES: readonly (readonly [string, FixedSpectrum, number])[] = [
  ['TensorFlow Lite Micro', MICRO_SPEECH, 48],
  ['logarithms alone', plain, 24],
  [
    '256 points',
    { ...MICRO_SPEECH, rate: 8000, window: 250, hop: 100, channels: 24, high: 3800, gain: undefined },
    24,
  ],
  ['1024 points, levels', { ...MICRO_SPEECH, window: 801, hop: 400, levels: Math.fround(0.1) }, 12],
];

const noNative = missingNative();
describe.skipIf(noNative !== '')(`the spectrum in integers on this machine ${noNative}`, () => {
  it.each(CASES)('%s', (_, spectrum, samples) => {
    expect(differingValues(runSanitized, spectrum, samples, { optimize: '-O2', strict: true })).toBe(0);
  });
});

const noClang = missingClang();
it.skipIf(noClang !== '')(`the spectrum in integers by clang ${noClang}`, () => {
  expect(differingValues(runWithClang, MICRO_SPEECH, 12, { strict: true })).toBe(0);
});

const noChipClang = missingCortexM4Clang();
it.skipIf(noChipClang !== '')(`the spectrum in integers by clang on a chip ${noChipClang}`, () => {
  expect(differingValues(runOnCortexM4WithClang, MICRO_SPEECH, 12, { optimize: '-O2' })).toBe(0);
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`the spectrum in integers on a chip ${noCortexM4}`, () => {
  it.each(CASES)('with instructions for it: %s', (_, spectrum, samples) => {
    expect(differingValues(runOnCortexM4, spectrum, samples, { optimize: '-O2' })).toBe(0);
  });

  it.each(CASES.slice(0, 2))('without: %s', (_, spectrum, samples) => {
    expect(differingValues(runOnCortexM3, spectrum, samples, { optimize: '-O2' })).toBe(0);
  });

  it('with few instructions, and with vectors', () => {
    expect(differingValues(runAsCortexM0, MICRO_SPEECH, 6, { optimize: '-O2' })).toBe(0);
    expect(differingValues(runOnCortexM55, MICRO_SPEECH, 12, { optimize: '-O2' })).toBe(0);
  });

  it('takes no more than 60,000 instructions and 6 KB', () => {
    const { instructions, codeBytes, tableBytes } = frameCost(MICRO_SPEECH, '-Os');
    expect(instructions).toBeLessThan(60_000);
    expect(codeBytes + tableBytes).toBeLessThan(6 * 1024);
  });
});
