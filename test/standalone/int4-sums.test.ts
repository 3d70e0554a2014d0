/** Weights of 4 bits lie two in a byte, and sums of their products are made larger than they are: as far as 32 bits hold them. */

import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { constantBytesOf, sourceCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { runOnCortexM3, runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';
import { oneNode } from '../ops/one-node.ts';
import { compareTogether, type StandaloneCase } from './run-standalone.ts';

type WeightType = 'int8' | 'int4';

/** The largest products: of the least int8, and the least and largest int4. */
const [LEAST_INPUT, LEAST_WEIGHT, LARGEST_WEIGHT] = [-128, -8, 7];

function int8(
  shape: Shape,
  scale: number,
): { dtype: 'int8'; shape: Shape; quant: ReturnType<typeof perTensor> } {
  return { dtype: 'int8', shape, quant: perTensor(scale, 0) };
}

/** Rows of the least and of the largest weights in turn. */
function weightsOf(shape: Shape, dtype: WeightType) {
  const [rows] = shape;
  const length = elementCount(shape) / rows;
  const data = Int8Array.from({ length: rows * length }, (_, at) =>
    Math.floor(at / length) % 2 === 0 ? LEAST_WEIGHT : LARGEST_WEIGHT,
  );
  return { type: { dtype, shape, quant: perTensor(1, 0) }, data, constant: true } as const;
}

/** Outputs tell sums of `length` products that are off by 1%. */
function outputScale(length: number): number {
  return (length * LEAST_INPUT * LEAST_WEIGHT) / 100;
}

function dense(units: number, depth: number, dtype: WeightType = 'int4'): Graph {
  return oneNode(
    'fully_connected',
    { activation: 'none', keepNumDims: false },
    [{ type: int8([1, depth], 1) }, weightsOf([units, depth], dtype)],
    int8([1, units], outputScale(depth)),
  );
}

function convolution(pixels: number, channels: number, depth: number, filter: number): Graph {
  return oneNode(
    'conv_2d',
    { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'none' },
    [{ type: int8([1, pixels, filter, depth], 1) }, weightsOf([channels, 1, filter, depth], 'int4')],
    int8([1, pixels, 1, channels], outputScale(filter * depth)),
  );
}

function caseOf(name: string, graph: Graph): StandaloneCase {
  const [input] = [...graph.values.values()].filter(({ id }) => graph.inputs.includes(id));
  const record = [new Int8Array(elementCount(input.type.shape)).fill(LEAST_INPUT)];
  return { name, graph, record };
}

/** Around the columns after which sums are brought back, which four rows, two rows and single ones count otherwise. */
const CASES = [
  ...[495, 496, 511, 512, 527, 1007, 1008].map((depth) => caseOf(`5 rows of ${depth}`, dense(5, depth))),
  ...[504, 508, 512, 1020].map((depth) =>
    caseOf(`windows of ${depth}, by two`, convolution(2, 3, depth / 2, 2)),
  ),
  ...[504, 512, 1020].map((depth) => caseOf(`pixels of ${depth}`, convolution(5, 3, depth, 1))),
];

const CORTEX_M4 = missingCortexM4();

describe('sums of the largest products', () => {
  it.skipIf(missingNative() !== '')(`here, with sanitizers ${missingNative()}`, () => {
    expect(compareTogether(CASES, runSanitized)).toBe('ok');
  });

  it.skipIf(CORTEX_M4 !== '').each([
    { board: 'a Cortex-M4', run: runOnCortexM4 },
    { board: 'a Cortex-M3', run: runOnCortexM3 },
  ])(`on $board ${CORTEX_M4}`, ({ run }) => {
    expect(compareTogether(CASES, run)).toBe('ok');
  });
});

function codeOf(graph: Graph): string {
  return sourceCode(compileProgram(graph), standaloneNames(graph, 'model'));
}

describe('constants', () => {
  it('are half as many bytes of weights', () => {
    const [bytes, nibbles] = (['int8', 'int4'] as const).map((dtype) => {
      const graph = dense(8, 320, dtype);
      const program = compileProgram(graph);
      sourceCode(program, standaloneNames(graph, 'model'));
      return constantBytesOf(program);
    });
    expect(bytes - nibbles).toBe((8 * 320) / 2);
  });

  it('are a byte each where sums are too large to be made larger', () => {
    const most = 2 ** 27 / (LEAST_INPUT * LEAST_WEIGHT);
    expect(codeOf(dense(1, most - 1))).toContain('multiply_rows_int4');
    expect(codeOf(dense(1, most))).not.toContain('int4');
  });
});
