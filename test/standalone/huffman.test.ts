/** Weights that lie in flash as Huffman codes: the C decodes them, and gives the interpreter's bytes. */

import { describe, expect, it } from 'vitest';
import type { Random } from '../../src/core/random.ts';
import type { OpKind } from '../../src/ops/index.ts';
import { HUFFMAN_TIMES } from '../../src/targets/c/optimize.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { int4Cases, int8Cases } from '../conformance/exact-int8.ts';
import { plainCases } from '../conformance/plain-cases.ts';
import { lstmInt8 } from '../conformance/recurrent/lstm-cases.ts';
import { svdfInt8 } from '../conformance/recurrent/svdf-cases.ts';
import { runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { joinGraphs } from './joined-graph.ts';
import { compareTogether } from './run-standalone.ts';
import { sparseCases } from './sparse-cases.ts';

const CASES = 2;

/** Those of other random cases are small. */
const LARGE = {
  svdf: (random: Random, index: number) => svdfInt8(random, index, 40),
  unidirectional_sequence_lstm: (random: Random, index: number) => lstmInt8(random, index, 12),
};

const DRAWS = [
  ...(['svdf', 'unidirectional_sequence_lstm'] as const).map((kind) => [kind, 'int8', LARGE] as const),
  ...(['conv_2d', 'depthwise_conv_2d', 'transpose_conv', 'fully_connected'] as const).map(
    (kind) => [kind, 'int8', int8Cases] as const,
  ),
  ...(['conv_2d', 'fully_connected'] as const).map((kind) => [kind, 'int4', int4Cases] as const),
  ...(['conv_2d', 'depthwise_conv_2d', 'transpose_conv', 'fully_connected'] as const).map(
    (kind) => [kind, 'int16', plainCases.int16] as const,
  ),
];

const ALL = DRAWS.flatMap(([kind, type, draws]) => {
  const draw = (draws as Readonly<Record<string, Parameters<typeof sparseCases>[2]>>)[kind];
  return sparseCases(kind as OpKind, `${kind} in ${type}`, draw, CASES);
});

it('is tried with every operator that multiplies by weights', () => {
  expect(ALL.map(({ name }) => name.split(',')[0])).toEqual(
    DRAWS.flatMap(([kind, type]) => new Array(CASES).fill(`${kind} in ${type}`)),
  );
  const { steps } = compileProgram(joinGraphs(ALL.map(({ graph }) => graph)), { huffman: 'layer' });
  const coded = steps.filter((step) => step.coded.length > 0);
  expect(new Set(coded.map(({ node }) => node.kind))).toEqual(new Set(DRAWS.map(([kind]) => kind)));
  // What is laid out in groups of channels, each an array, may be too small in parts.
  expect(coded.length).toBeGreaterThan(0.8 * ALL.length);
});

const MACHINES = [
  { machine: 'here, with sanitizers', missing: missingNative(), run: runSanitized },
  { machine: 'on a Cortex-M4', missing: missingCortexM4(), run: runOnCortexM4 },
] as const;

describe.each(HUFFMAN_TIMES)('weights decoded at %s', (huffman) => {
  for (const { machine, missing, run } of MACHINES) {
    it.skipIf(missing !== '')(`give the same bytes ${machine} ${missing}`, () => {
      expect(compareTogether(ALL, run, { huffman })).toBe('ok');
    });
  }

  it.skipIf(missingCortexM4() !== '')(
    `give the same bytes in functions of layers ${missingCortexM4()}`,
    () => {
      const run = (sources: Readonly<Record<string, string>>) =>
        runOnCortexM4(sources, { strict: true, optimize: '-O3' });
      expect(compareTogether(ALL, run, { huffman, optimize: 'speed' })).toBe('ok');
    },
  );
});
