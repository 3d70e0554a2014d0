/** Sums that weights bound are rescaled in fewer instructions: the interpreter's bytes all the same, near ties and ends. */

import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { sourceCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { runNative, runOnCortexM4 } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { oneNode } from '../ops/one-node.ts';
import { compareWithInterpreter } from './run-standalone.ts';

const CHANNELS = 96;
const DEPTH = 4;
const PIXELS = 6;
const INPUT_SCALE = 0.5;

/** The largest sum of products: of weights that are at most 2. */
const LARGEST_SUM = 128 * 2 * DEPTH;

/**
 * A convolution of one pixel whose biases put its outputs all over int8 and a little beyond, at every shift that there is: the
 * sums lie within a few units of where the rounding changes.
 */
function convolution(random: Random, zeroPoint: number): Graph {
  const factors = Array.from({ length: CHANNELS }, () => 2 ** -(1.001 + 20 * random.uniform()));
  const biases = Int32Array.from(factors, (factor) => {
    const steps = random.below(300) - 150 + (random.below(3) - 1) / 2;
    const most = 2 ** 30 - 1 - 4 * LARGEST_SUM;
    return Math.max(-most, Math.min(most, Math.round(steps / factor) + random.below(5) - 2));
  });
  const weights = Int8Array.from({ length: CHANNELS * DEPTH }, () => random.below(5) - 2);
  const weightQuant = perAxis(
    0,
    factors.map((factor) => factor / INPUT_SCALE),
  );
  return oneNode(
    'conv_2d',
    { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'none' },
    [
      { type: { dtype: 'int8', shape: [1, 1, PIXELS, DEPTH], quant: perTensor(INPUT_SCALE, 0) } },
      {
        type: { dtype: 'int8', shape: [CHANNELS, 1, 1, DEPTH], quant: weightQuant },
        data: weights,
        constant: true,
      },
      { type: { dtype: 'int32', shape: [CHANNELS] }, data: biases, constant: true },
    ],
    { dtype: 'int8', shape: [1, 1, PIXELS, CHANNELS], quant: perTensor(1, zeroPoint) },
  );
}

const RUNS = [
  { where: 'here', missing: missingNative(), run: runNative },
  { where: 'on a Cortex-M4', missing: missingCortexM4(), run: runOnCortexM4 },
] as const;

describe.each(RUNS)('$where $missing', ({ missing, run }) => {
  it.skipIf(missing !== '').each([
    { zeroPoint: -128, finish: 'finish_rectified' },
    { zeroPoint: -5, finish: 'finish' },
    { zeroPoint: 127, finish: 'finish' },
  ])('zero point $zeroPoint ends in $finish', ({ zeroPoint, finish }) => {
    const random = createRandom(7, `finish ${zeroPoint}`);
    const graph = convolution(random, zeroPoint);
    const names = standaloneNames(graph, 'model');
    expect(sourceCode(compileProgram(graph), names)).toContain(` ${finish}(`);
    const records = Array.from({ length: 3 }, () => [
      Int8Array.from({ length: PIXELS * DEPTH }, () => random.below(7) - 3),
    ]);
    expect(compareWithInterpreter(graph, records, run)).toBe('ok');
  });
});
