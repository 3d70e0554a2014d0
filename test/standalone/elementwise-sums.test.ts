/** C of sums of two int8 tensors of one shape, against the interpreter, at many scales. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { oneNode } from '../ops/one-node.ts';
import { THREE_MACHINES } from './machines.ts';
import { type Comparison, compareMany } from './many-graphs.ts';

const random = createRandom(7, 'elementwise sums');

/** Odd numbers from end to end, and the ends. */
const VALUES = [-128, ...Array.from({ length: 63 }, (_, i) => 4 * i - 125 + (i % 3)), 127];
const A = Int8Array.from(VALUES.flatMap((a) => VALUES.map(() => a)));
const B = Int8Array.from(VALUES.flatMap(() => VALUES));

type Scaled = readonly [scale: number, zeroPoint: number];

function int8([scale, zeroPoint]: Scaled): TensorType {
  return { dtype: 'int8', shape: [A.length], quant: { scheme: 'per-tensor', scale, zeroPoint } };
}

function sum(a: Scaled, b: Scaled, output: Scaled): Comparison {
  const graph = oneNode('add', { activation: 'none' }, [{ type: int8(a) }, { type: int8(b) }], int8(output));
  const [expected] = createInterpreter(graph, { kernels: 'plain' }).invoke([A, B]);
  return { graph, inferences: [{ inputs: [A, B], expected: [expected.slice()] }] };
}

const ENDS: readonly Comparison[] = [
  sum([1, 0], [1, 0], [2, 0]),
  sum([0.5, -128], [0.5, 127], [0.75, -128]),
  sum([0.5, 127], [0.5, 127], [1, 127]),
  sum([0.5, -128], [0.5, -128], [0.001, -128]),
  sum([1, -128], [2 ** -20, 127], [1, 0]),
  sum([2 ** -24, 127], [1, -128], [0.01, 5]),
  sum([2 ** -40, 127], [1, -128], [1, 5]),
  sum([1, 3], [0.5, -4], [2 ** 10, 0]),
  sum([0.25, 3], [0.5, -4], [0.5, 0]),
];

const DRAWN = Array.from({ length: 16 }, () => {
  const draw = (): Scaled => [Math.exp(2 * random.normal()), random.below(256) - 128];
  return sum(draw(), draw(), draw());
});

const CASES = [...ENDS, ...DRAWN];

it('nearly all have the short way', () => {
  const short = CASES.filter(({ graph }) =>
    compileProgram(graph).steps[0].emission.definitions.some(({ name }) => name === 'add_elementwise'),
  );
  expect(short.length).toBeGreaterThanOrEqual(CASES.length - 1);
});

describe.each(THREE_MACHINES)('all pairs of numbers, $machine $missing', ({ missing, run }) => {
  it.skipIf(missing !== '')('have the sum of the interpreter', () => {
    const wrong = compareMany(CASES, run).flatMap(({ first, compared }, index) =>
      first === '' && compared > 0 ? [] : [`case ${index}: ${first}`],
    );
    expect(wrong).toEqual([]);
  });
});
