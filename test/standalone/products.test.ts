/** C of int8 convolutions, fully connected layers and pooling, against the interpreter, on random cases. */

import { describe, expect, it } from 'vitest';
import { int4Cases } from '../conformance/exact-int8.ts';
import { runOnCortexM3, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { drawnCases, randomCases } from './random-cases.ts';
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

const INT4_KINDS = ['conv_2d', 'depthwise_conv_2d', 'fully_connected'] as const;

const INT8 = KINDS.flatMap((kind) => randomCases(kind, 'int8', CASES));
const INT4 = INT4_KINDS.flatMap((kind) =>
  drawnCases(kind, 'int8 int4', int4Cases[kind] as typeof int4Cases.conv_2d, CASES),
);

const M4 = { board: 'Cortex-M4', path: 'with DSP instructions', run: runOnCortexM4 };
const M3 = { board: 'Cortex-M3', path: 'in portable C', run: runOnCortexM3 };

/** All cases in one program; what differs first is named. */
describe.each([
  { operators: `${KINDS.join(', ')} of int8`, cases: INT8, boards: [M4] },
  { operators: `${INT4_KINDS.join(', ')} with int4 weights`, cases: INT4, boards: [M4, M3] },
])('$operators', ({ cases, boards }) => {
  it.skipIf(NATIVE !== '')(`here, with sanitizers ${NATIVE}`, () => {
    expect(compareTogether(cases, runSanitized)).toBe('ok');
  });

  it.skipIf(CORTEX_M4 !== '').each(boards)(`on a $board, $path ${CORTEX_M4}`, ({ run }) => {
    const outcome = compareTogether(cases, (sources) => run(sources, { strict: true, optimize: '-O2' }));
    expect(outcome).toBe('ok');
  });
});
