/** C of int8 convolutions, fully connected layers and pooling, against the interpreter, on random cases. */

import { describe, expect, it } from 'vitest';
import { int4Cases } from '../conformance/exact-int8.ts';
import { runNative, runOnCortexM3, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { drawnCases, randomCases } from './random-cases.ts';
import { compareTogether, type StandaloneCase } from './run-standalone.ts';

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

describe.each(['conv_2d', 'depthwise_conv_2d', 'fully_connected'] as const)(
  '%s with int4 weights',
  (kind) => {
    const cases = (): StandaloneCase[] =>
      drawnCases(kind, 'int8 int4', int4Cases[kind] as typeof int4Cases.conv_2d, CASES);

    it.skipIf(NATIVE !== '')(`here, with sanitizers ${NATIVE}`, () => {
      expect(compareTogether(cases(), runSanitized)).toBe('ok');
    });

    it.skipIf(CORTEX_M4 !== '').each([
      { board: 'Cortex-M4', path: 'with DSP instructions', run: runOnCortexM4 },
      { board: 'Cortex-M3', path: 'in portable C', run: runOnCortexM3 },
    ])(`on a $board, $path ${CORTEX_M4}`, ({ run }) => {
      const outcome = compareTogether(cases(), (sources) => run(sources, { strict: true, optimize: '-O2' }));
      expect(outcome).toBe('ok');
    });
  },
);
