/** What preparing sound costs here and on an emulated Cortex-M4, and whether both compute the same. */

import { createRandom } from '../../../src/core/random.ts';
import type { FixedSpectrum } from '../../../src/core/samples/fixed-spectrum.ts';
import { type Preparation, preparedShape } from '../../../src/core/samples/preparation.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { applyPreparation } from '../../../src/data/preparing/preparation.ts';
import { runOnCortexM4 } from '../../cross/compile.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { MICRO_SPEECH } from '../../data/preparing/micro-speech.ts';
import { differingValues, FRAMES_OF_A_SAMPLE } from '../../targets/firmware/preparation/fixed-frames.ts';
import { atMost, type Outcome, type Row, type Section } from '../row.ts';
import { median } from '../timing.ts';
import { floatFeatures } from './float-features.ts';
import { frameCost } from './frame-cost.ts';

const LEVELS = ['-O2', '-Os'] as const;

const { noise, gain, ...LOGARITHMS } = MICRO_SPEECH;
const NAMED: readonly (readonly [string, FixedSpectrum, number?])[] = [
  ['512 points, 40 channels, logarithms', LOGARITHMS, 60_000],
  ['the same with noise reduction', { ...LOGARITHMS, noise }],
  ['TensorFlow Lite Micro: with gain control, too', { ...LOGARITHMS, noise, gain }],
];

function costRows([name, spectrum, target]: (typeof NAMED)[number], level: (typeof LEVELS)[number]): Row[] {
  const { instructions, codeBytes, tableBytes } = frameCost(spectrum, level);
  return [
    {
      name: `${name}, ${level}: instructions of a frame`,
      value: instructions,
      unit: '',
      ...(target === undefined ? {} : { target: atMost(target) }),
      how: 'from float readings to float features, Cortex-M4, arm-none-eabi-gcc',
    },
    {
      name: `${name}, ${level}: flash`,
      value: codeBytes + tableBytes,
      unit: 'B',
      target: atMost(6 * 1024),
      how: `${codeBytes} B of code, ${tableBytes} B of tables`,
    },
  ];
}

function differenceRow([name, spectrum]: (typeof NAMED)[number], samples: number): Row {
  return {
    name: `${name}: values that differ between here and qemu`,
    value: differingValues(runOnCortexM4, spectrum, samples, { optimize: '-O2' }),
    unit: '',
    target: atMost(0),
    how: `${samples * FRAMES_OF_A_SAMPLE * spectrum.channels} values of ${samples * FRAMES_OF_A_SAMPLE} frames, compared bit by bit`,
  };
}

const TIMES = 100;

function hostRow([name, spectrum]: (typeof NAMED)[number]): Row {
  const preparation: Preparation = {
    version: 1,
    inputShape: [16_000, 1],
    steps: [{ step: 'fixed-spectrum', parameters: spectrum }],
  };
  const prepare = applyPreparation(preparation);
  const random = createRandom(1, 'features');
  const sound = Float32Array.from({ length: 16_000 }, () => 0.2 * random.normal());
  const into = new Float32Array(elementCount(preparedShape(preparation)));
  const times = Array.from({ length: TIMES }, () => {
    const start = performance.now();
    prepare(sound, 1, into);
    return performance.now() - start;
  });
  return {
    name: `${name}: one second of sound here`,
    value: median(times),
    unit: 'ms',
    target: atMost(3),
    how: `49 frames at 16 kHz, the median of ${TIMES}`,
  };
}

async function fixedSpectrum(): Promise<Outcome[]> {
  const missing = missingCortexM4();
  if (missing !== '') return [{ name: 'fixed-spectrum', why: missing }, ...NAMED.map(hostRow)];
  return [
    ...NAMED.flatMap((named) => LEVELS.flatMap((level) => costRows(named, level))),
    ...NAMED.map((named) => differenceRow(named, 48)),
    ...NAMED.map(hostRow),
  ];
}

export const features: Section = { 'fixed-spectrum': fixedSpectrum, 'float-features': floatFeatures };
