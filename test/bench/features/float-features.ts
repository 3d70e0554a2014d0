/** Features in float32, by presets: what one sample takes here, and whether an emulated Cortex-M4 makes the same numbers. */

import { createRandom } from '../../../src/core/random.ts';
import { type Preparation, preparationLength, preparedShape } from '../../../src/core/samples/preparation.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { applyPreparation, fitSteps } from '../../../src/data/preparing/preparation.ts';
import type { PresetName } from '../../../src/data/preparing/presets/preset-names.ts';
import { prepareHeader } from '../../../src/targets/c/project/prepare-header.ts';
import { floatBitsLiteral } from '../../../src/targets/firmware/c-literal.ts';
import { runOnCortexM4 } from '../../cross/compile.ts';
import { missingCortexM4 } from '../../cross/probe.ts';
import { atMost, type Outcome } from '../row.ts';
import { median } from '../timing.ts';

const RATE = 16_000;
const TIMES = 100;
const SAMPLES = 6;
const FLOAT_PRESETS: readonly PresetName[] = [
  'mlperf-kws',
  'mlperf-ad',
  'edge-impulse-mfe',
  'edge-impulse-mfcc',
];
/** Readings of a sample that is compared: a few windows. */
const COMPARED = 4096;

/** Log-mel as projects on sound have it. */
export const LOG_MEL = {
  step: 'spectrum',
  rate: RATE,
  window: 512,
  hop: 320,
  bands: 40,
  low: 20,
  floor: 1e-6,
} as const;

function noise(length: number, level: number): Float32Array {
  const random = createRandom(1, 'features');
  return Float32Array.from({ length }, () => level * random.normal());
}

function hostTime(preparation: Preparation): number {
  const prepare = applyPreparation(preparation);
  const sound = noise(RATE, 0.2);
  const into = new Float32Array(elementCount(preparedShape(preparation)));
  return median(
    Array.from({ length: TIMES }, () => {
      const start = performance.now();
      prepare(sound, 1, into);
      return performance.now() - start;
    }),
  );
}

/** Of samples from loud to next to nothing, the bits that C on the chip makes. */
function program(samples: readonly Float32Array[], values: number): string {
  return `#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "net_prepare.h"
static const uint32_t given[] = {${samples.flatMap((sample) => Array.from(sample, floatBitsLiteral)).join(',')}};
int main(void)
{
  static float values[NET_PREPARATION_LENGTH];
  for (uint32_t sample = 0; sample < ${samples.length}; ++sample) {
    memcpy(values, given + sample * NET_READING_LENGTH, sizeof(float) * NET_READING_LENGTH);
    net_prepare_input(values);
    for (uint32_t i = 0; i < ${values}; ++i) {
      uint32_t bits;
      memcpy(&bits, values + i, 4);
      printf("%08lx\\n", (unsigned long)bits);
    }
  }
  return 0;
}
`;
}

function differing(preparation: Preparation): {
  readonly count: number;
  readonly of: number;
} {
  const values = elementCount(preparedShape(preparation));
  const samples = Array.from({ length: SAMPLES }, (_, i) => noise(COMPARED, 10 ** -i));
  const { stdout } = runOnCortexM4(
    {
      'net_prepare.h': prepareHeader(preparation, {
        name: 'net',
        macro: 'NET',
      }),
      'main.c': program(samples, values),
    },
    { optimize: '-O2' },
  );
  const lines = stdout.trim().split('\n');
  const prepare = applyPreparation(preparation);
  const expected = new Float32Array(Math.max(values, preparationLength(preparation)));
  const bits = samples.flatMap((sample) => {
    prepare(sample, 1, expected);
    return Array.from(expected.subarray(0, values), (value) => floatBitsLiteral(value).slice(2));
  });
  if (lines.length !== bits.length) throw new Error(`${lines.length} of ${bits.length} values came back`);
  return {
    count: bits.filter((value, i) => value !== lines[i]).length,
    of: bits.length,
  };
}

async function presetRows(name: PresetName): Promise<Outcome[]> {
  const steps = [{ step: 'preset', name } as const];
  const preparationOf = (length: number) => fitSteps(steps, () => [noise(length, 0.2)], [length, 1]);
  const host: Outcome = {
    name: `${name}: one second of sound here`,
    value: hostTime(await preparationOf(RATE)),
    unit: 'ms',
    how: `at 16 kHz, the median of ${TIMES}`,
  };
  const missing = missingCortexM4();
  if (missing !== '') return [host, { name: `${name}, on a chip`, why: missing }];
  const { count, of } = differing(await preparationOf(COMPARED));
  return [
    host,
    {
      name: `${name}: values that differ between here and qemu`,
      value: count,
      unit: '',
      target: atMost(0),
      how: `${of} values of ${SAMPLES} samples, bit by bit`,
    },
  ];
}

export async function floatFeatures(): Promise<Outcome[]> {
  const logMel = await fitSteps([LOG_MEL], () => [noise(RATE, 0.2)], [RATE, 1]);
  const rows: Outcome[] = [
    {
      name: 'log-mel, 40 bands of 32 ms every 20 ms: one second of sound here',
      value: hostTime(logMel),
      unit: 'ms',
      target: atMost(3),
      how: `at 16 kHz, the median of ${TIMES}`,
    },
  ];
  for (const name of FLOAT_PRESETS) rows.push(...(await presetRows(name)));
  return rows;
}
