import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type Value } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { symmetricWeights } from '../../../src/passes/replace/symmetric-weights.ts';
import { modelObjections } from '../../../src/targets/tflm/model-objections.ts';

interface Options {
  readonly input?: Shape;
  readonly units?: number;
  readonly depth?: number;
  readonly zeroPoint: number;
  /** Weights from −most to most. */
  readonly most?: number;
  readonly isComputed?: boolean;
  readonly bias?: number;
  readonly activation?: 'none' | 'relu';
  readonly keepNumDims?: boolean;
}

const [IN, WEIGHTS, OUT] = [0.1, 0.02, 0.09];

/** One FULLY_CONNECTED of int8 whose weights have a zero point. */
function dense(options: Options): Graph {
  const { input = [3, 5], units = 4, depth = 5, zeroPoint, most = 100, isComputed = false } = options;
  const { bias, activation = 'none', keepNumDims = false } = options;
  const random = createRandom(3, 'zero points');
  const values = new Map<number, Value>();
  const define = (value: Omit<Value, 'id'>): number => {
    values.set(values.size, { id: values.size, ...value });
    return values.size - 1;
  };
  const int8 = (shape: Shape, scale: number, zero: number) =>
    ({ dtype: 'int8', shape, quant: perTensor(scale, zero) }) as const;
  const x = define({ name: 'x', type: int8(input, IN, -7) });
  const data = Int8Array.from({ length: units * depth }, () => random.below(2 * most + 1) - most);
  const weights = define({
    name: 'w',
    type: int8([units, depth], WEIGHTS, zeroPoint),
    ...(isComputed ? {} : { data }),
  });
  const biases =
    bias === undefined
      ? []
      : [
          define({
            name: 'b',
            type: { dtype: 'int32', shape: [units], quant: perTensor(IN * WEIGHTS, 0) },
            data: new Int32Array(units).fill(bias),
          }),
        ];
  const rows = keepNumDims ? input.slice(0, -1) : [elementCount(input) / depth];
  const y = define({ name: 'y', type: int8([...rows, units], OUT, 11) });
  const nodes = [nodeOf('fully_connected', 'y', { activation, keepNumDims }, [x, weights, ...biases], [y])];
  return { values, nodes, inputs: isComputed ? [x, weights] : [x], outputs: [y] };
}

function expectSameBytes(before: Graph, after: Graph): void {
  const random = createRandom(5, 'inputs');
  const [a, b] = [before, after].map((graph) => createInterpreter(graph));
  for (let record = 0; record < 50; record++) {
    const inputs = a.inputs.map(({ shape }) =>
      Int8Array.from({ length: elementCount(shape) }, () => random.below(256) - 128),
    );
    expect(b.invoke(inputs)).toEqual(a.invoke(inputs));
  }
}

describe('a file with a zero point of weights', () => {
  it.each<[string, Options]>([
    ['that goes', { zeroPoint: 5, bias: 40 }],
    ['that asks for two halves', { zeroPoint: -100, bias: 40 }],
  ])('%s is written so that TensorFlow Lite Micro takes it', async (_, options) => {
    const graph = dense(options);
    const view = (bytes: Uint8Array) => modelObjections('tflm', readOutline(bytes).outline);
    const own = writeTflite(graph);
    expect(
      view(own)
        .map(({ sentence }) => sentence)
        .join(),
    ).toContain(
      'stops with an assertion at weights that have a zero point other than 0; "tinyml convert" writes the same sums without.',
    );
    const { bytes } = await convertModel(readTflite(own).graph, { io: 'int8' }, {});
    expect(view(bytes)).toEqual([]);
    expectSameBytes(graph, readTflite(bytes).graph);
  });
});

const kinds = ({ nodes }: Graph): readonly string[] => nodes.map(({ kind }) => kind);

describe('symmetric-weights', () => {
  it.each<[string, Options, readonly string[]]>([
    [
      'that fit int8 without it',
      { zeroPoint: 3, most: 100, bias: 500, activation: 'relu' },
      ['fully_connected'],
    ],
    ['that do not', { zeroPoint: -60, most: 100, bias: 40 }, ['concatenation', 'fully_connected']],
    [
      'at the limits',
      { zeroPoint: -128, most: 127, activation: 'relu' },
      ['concatenation', 'fully_connected'],
    ],
    [
      'of rows in other axes',
      { zeroPoint: 127, input: [1, 3, 2, 5], depth: 10, bias: -3 },
      ['reshape', 'concatenation', 'fully_connected'],
    ],
    [
      'of axes that stay',
      { zeroPoint: 127, input: [2, 3, 5], keepNumDims: true },
      ['concatenation', 'fully_connected'],
    ],
    ['that are computed', { zeroPoint: 9, isComputed: true }, ['batch_matmul']],
    [
      'that are computed, with a bias of zeros',
      { zeroPoint: 9, isComputed: true, bias: 0 },
      ['batch_matmul'],
    ],
    [
      'that are computed, of rows in other axes',
      { zeroPoint: 9, isComputed: true, input: [2, 3, 5] },
      ['reshape', 'batch_matmul'],
    ],
    [
      'that are computed, of axes that stay',
      { zeroPoint: 9, isComputed: true, input: [2, 3, 5], keepNumDims: true },
      ['batch_matmul'],
    ],
  ])('weights %s: the same bytes', (_, options, expected) => {
    const before = dense(options);
    const after = runPasses(before, [symmetricWeights]);
    expect(kinds(after)).toEqual(expected);
    expectSameBytes(before, after);
    for (const { kind, inputs } of after.nodes) {
      if (kind !== 'fully_connected') continue;
      expect(getValue(after, inputs[1] as number).type.quant).toMatchObject({ zeroPoint: 0 });
    }
    expect(runPasses(after, [symmetricWeights])).toBe(after);
  });

  it.each<[string, Options]>([
    ['a bias', { zeroPoint: 9, isComputed: true, bias: 1 }],
    ['an activation', { zeroPoint: 9, isComputed: true, activation: 'relu' }],
    ['no zero point', { zeroPoint: 0 }],
  ])('leaves one with %s', (_, options) => {
    const graph = dense(options);
    expect(runPasses(graph, [symmetricWeights])).toBe(graph);
  });
});
