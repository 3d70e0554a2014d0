/** C of int8 convolutions, fully connected layers and pooling, against the interpreter, on random cases. */

import { describe, expect, it } from 'vitest';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { randomCases } from './random-cases.ts';
import { compareTogether } from './run-standalone.ts';

const KINDS = [
  'conv_2d',
  'depthwise_conv_2d',
  'transpose_conv',
  'fully_connected',
  'average_pool_2d',
  'max_pool_2d',
] as const;

const CASES = 20;

const NATIVE = missingNative();
const CORTEX_M4 = missingCortexM4();

describe.each(KINDS)('%s', (kind) => {
  it.skipIf(NATIVE !== '')(`here ${NATIVE}`, () => {
    const outcome = compareTogether(randomCases(kind, 'int8', CASES), (sources) =>
      runNative(sources, { strict: true }),
    );
    expect(outcome).toBe('ok');
  });

  it.skipIf(CORTEX_M4 !== '')(`on a Cortex-M4 ${CORTEX_M4}`, () => {
    const outcome = compareTogether(randomCases(kind, 'int8', CASES), (sources) =>
      runOnCortexM4(sources, { strict: true, optimize: '-O2' }),
    );
    expect(outcome).toBe('ok');
  });
});
