import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/tensor.ts';
import { type AttributesOf, OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';

interface Inference<Kind extends OpKind> {
  readonly attributes: AttributesOf<Kind>;
  readonly inputs: readonly (Shape | undefined)[];
  readonly output: Shape;
  readonly macs: number;
}

type Row<Kind extends OpKind> = readonly [Inference<Kind>, ...Inference<Kind>[]];

const plain = { attributes: {}, inputs: [[2, 3]], output: [2, 3], macs: 0 } as const;
const none = { activation: 'none' } as const;
const broadcasts = [
  {
    attributes: none,
    inputs: [
      [2, 3],
      [2, 3],
    ],
    output: [2, 3],
    macs: 6,
  },
  {
    attributes: none,
    inputs: [
      [1, 4, 1, 3],
      [2, 1, 5, 1],
    ],
    output: [2, 4, 5, 3],
    macs: 120,
  },
  { attributes: none, inputs: [[], [2, 3]], output: [2, 3], macs: 6 },
  { attributes: none, inputs: [[4, 3], [3]], output: [4, 3], macs: 12 },
] as const;
const dense = { activation: 'none', keepNumDims: false } as const;

const inferences: { readonly [Kind in OpKind]: Row<Kind> } = {
  add: broadcasts,
  sub: broadcasts,
  mul: broadcasts,
  dequantize: [plain],
  logistic: [plain],
  quantize: [plain],
  relu: [plain],
  relu6: [plain],
  tanh: [plain],
  softmax: [{ ...plain, attributes: { beta: 1 } }],
  reshape: [{ attributes: { newShape: [3, 1, 2] }, inputs: [[2, 3]], output: [3, 1, 2], macs: 0 }],
  fully_connected: [
    { attributes: dense, inputs: [[1, 4], [2, 4], [2]], output: [1, 2], macs: 8 },
    {
      attributes: dense,
      inputs: [
        [5, 4],
        [2, 4],
      ],
      output: [5, 2],
      macs: 40,
    },
    { attributes: dense, inputs: [[1, 2, 3, 4], [6, 24], undefined], output: [1, 6], macs: 144 },
    {
      attributes: dense,
      inputs: [
        [1, 13],
        [4, 12],
      ],
      output: [1, 4],
      macs: 48,
    },
    {
      attributes: { ...dense, keepNumDims: true },
      inputs: [
        [1, 3, 2, 8],
        [5, 8],
      ],
      output: [1, 3, 2, 5],
      macs: 240,
    },
  ],
};

describe('shapes and costs', () => {
  it.each(OP_KINDS)('%s', (kind) => {
    const op = opOf(kind);
    for (const { attributes, inputs, output, macs } of inferences[kind]) {
      expect(op.attributes.parse(attributes)).toEqual(attributes);
      expect(op.infer(attributes, inputs)).toEqual([output]);
      expect(op.macs(inputs, [output])).toBe(macs);
    }
  });

  it('attributes have no others beside them', () => {
    for (const kind of OP_KINDS) {
      const [{ attributes }] = inferences[kind];
      expect(opOf(kind).attributes.safeParse({ ...attributes, extra: 1 }).success, kind).toBe(false);
    }
  });
});
