import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import type { TensorData, TensorType } from '../../src/core/tensor.ts';
import { createInterpreter, LINKED_AFTER } from '../../src/interpreter/interpreter.ts';
import { type Linkable, linkRuns } from '../../src/interpreter/linked-runs.ts';
import { createSimdMemory } from '../../src/interpreter/tensor-memory.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { InferenceKernels } from '../../src/kernels/simd/simd-plan.ts';

const random = createRandom(1, 'linked runs');
const numbers = (length: number): Int8Array => Int8Array.from({ length }, () => random.below(256) - 128);

const WIDTH = 24;
const int8 = (...shape: number[]): TensorType => ({ dtype: 'int8', shape, quant: perTensor(0.05, -3) });

/** Dense layers, two in a row, a softmax, which is no SIMD kernel, and two more. */
function layers(): Graph {
  const kinds = ['dense', 'dense', 'softmax', 'dense', 'dense'];
  const weights = { dtype: 'int8', shape: [WIDTH, WIDTH], quant: perTensor(0.004, 0) } as const;
  const probabilities = { ...int8(1, WIDTH), quant: perTensor(1 / 256, -128) };
  const values = kinds.flatMap((kind, index) => [
    {
      id: 2 * index,
      name: `x${index}`,
      type: kinds[index - 1] === 'softmax' ? probabilities : int8(1, WIDTH),
    },
    { id: 2 * index + 1, name: `w${index}`, type: weights, data: numbers(WIDTH * WIDTH), kind },
  ]);
  const used = values.filter(({ name }) => name !== 'w2');
  const output = { id: 2 * kinds.length, name: 'y', type: int8(1, WIDTH) };
  return {
    values: new Map([...used, output].map((value) => [value.id, value])),
    nodes: kinds.map((kind, index) =>
      kind === 'softmax'
        ? nodeOf('softmax', '', { beta: 1 }, [2 * index], [2 * index + 2])
        : nodeOf(
            'fully_connected',
            '',
            { activation: 'none', keepNumDims: false },
            [2 * index, 2 * index + 1],
            [2 * index + 2],
          ),
    ),
    inputs: [0],
    outputs: [output.id],
  };
}

const copy = ([data]: readonly TensorData[]): number[] => Array.from(data, Number);

describe('linked runs', () => {
  it('compute what the operators do one by one, and values are still shown', () => {
    const graph = layers();
    const [linked, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
    for (let inference = 0; inference < LINKED_AFTER; inference++) linked.invoke([numbers(WIDTH)]);
    for (let index = 0; index < 20; index++) {
      const record = numbers(WIDTH);
      expect(copy(linked.invoke([record]))).toEqual(copy(plain.invoke([record])));
    }
    const record = numbers(WIDTH);
    const seen: number[] = [];
    linked.invoke([record], (id) => seen.push(id));
    expect(seen).toEqual([0, 2, 4, 6, 8, 10]);
  });

  it('are one function in place of kernels that follow one another, in the order of all', () => {
    const memory = createSimdMemory(256, []);
    if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
    const bytes = new Uint8Array(memory.buffer);
    const repeat = (from: number, to: number): Linkable => {
      const call = (kernels: InferenceKernels): void => kernels.repeatInt8(from, 1, 2, to);
      return { run: () => call(memory.kernels), call };
    };
    const seen: string[] = [];
    const show: Linkable = {
      run: () => seen.push(bytes.subarray(0, 6).join(' ')),
    };
    const runs = linkRuns([repeat(0, 1), repeat(2, 3), show, repeat(4, 5), show], memory.kernels);
    expect(runs).toHaveLength(4);
    bytes.set([7]);
    for (const run of runs) run();
    expect(seen).toEqual(['7 7 7 7 7 0', '7 7 7 7 7 7']);
  });
});
