import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../../src/ir/graph.ts';
import { onnxBytes, type TestModel, type TestNode, type TestTensor, type TestType } from '../onnx-file.ts';

const MICROSOFT = 'com.microsoft';

function scalar(name: string, value: number, type: TestType = 'float32'): TestTensor {
  return { name, shape: [], values: [value], type };
}

/** Scales and zero points `sN` and `zN`, of uint8. */
const PARAMETERS: readonly TestTensor[] = [
  [0.05, 100],
  [0.03, 7],
  [0.02, 128],
].flatMap(([scale, zero], index) => [scalar(`s${index}`, scale), scalar(`z${index}`, zero, 'uint8')]);

const CONSTANTS: readonly TestTensor[] = [
  ...PARAMETERS,
  { name: 'w', shape: [2, 3, 1, 1], values: [5, -7, 100, 127, -127, 3], type: 'int8' },
  { name: 'sw', shape: [2], values: [0.01, 0.004] },
  { name: 'zw', shape: [2], values: [0, 0], type: 'int8' },
  { name: 'wb', shape: [2], values: [1200, -4000], type: 'int32' },
  { name: 'sb', shape: [2], values: [0.05 * Math.fround(0.01), 0.05 * Math.fround(0.004)].map(Math.fround) },
  { name: 'zb', shape: [2], values: [0, 0], type: 'int32' },
  { name: 'm', shape: [3, 2], values: [9, -9, 64, 1, -128, 2], type: 'int8' },
  { name: 'i0', shape: [], values: [0], type: 'int8' },
  { name: 'u', shape: [1, 3], values: [0, 255, 100], type: 'uint8' },
  { name: 'yes', shape: [1, 3], values: [1, 0, 1], isInteger: true },
];

function node(
  operator: string,
  inputs: string,
  output: string,
  attributes: TestNode['attributes'] = {},
  domain = '',
): TestNode {
  return {
    operator,
    inputs: inputs.split(' ').map((name) => (name === '-' ? '' : name)),
    outputs: [output],
    attributes,
    domain,
  };
}

/** The node between a rounded input and a real output. */
function between(nodes: readonly TestNode[], shape: readonly number[]): TestModel {
  return {
    inputs: [{ name: 'x', shape }],
    outputs: ['y'],
    nodes: [node('QuantizeLinear', 'x s0 z0', 'q'), ...nodes, node('DequantizeLinear', 'r s2 z2', 'y')],
    constants: CONSTANTS,
  };
}

function read(model: TestModel): Promise<Graph> {
  return readModel(onnxBytes(model), { name: 'net.onnx', keepLayout: true });
}

async function run(model: TestModel, values: readonly number[]): Promise<number[]> {
  const [result] = createInterpreter(await read(model)).invoke([Float32Array.from(values)]);
  return Array.from(result, Number);
}

interface Case {
  readonly operator: string;
  readonly shape: readonly number[];
  readonly own: readonly TestNode[];
  /** Between real numbers: `a` of the input, `p` for the output. */
  readonly sibling: readonly TestNode[];
}

const real = node('DequantizeLinear', 'q s0 z0', 'a');
const again = node('QuantizeLinear', 'p s2 z2', 'r');

function simple(operator: string, sibling: string, attributes: TestNode['attributes'] = {}): Case {
  return {
    operator,
    shape: [1, 3, 4, 4],
    own: [node(operator, 'q s0 z0 s2 z2', 'r', attributes, MICROSOFT)],
    sibling: [real, node(sibling, 'a', 'p', attributes), again],
  };
}

const CASES: readonly Case[] = [
  {
    operator: 'QLinearConv',
    shape: [1, 3, 4, 4],
    own: [node('QLinearConv', 'q s0 z0 w sw zw s2 z2 wb', 'r')],
    sibling: [
      real,
      node('DequantizeLinear', 'w sw zw', 'k', { axis: 0 }),
      node('DequantizeLinear', 'wb sb zb', 'b', { axis: 0 }),
      node('Conv', 'a k b', 'p'),
      again,
    ],
  },
  {
    operator: 'QLinearMatMul',
    shape: [2, 3],
    own: [node('QLinearMatMul', 'q s0 z0 m sw zw s2 z2', 'r')],
    sibling: [real, node('DequantizeLinear', 'm sw zw', 'k', { axis: 1 }), node('MatMul', 'a k', 'p'), again],
  },
  {
    operator: 'QGemm',
    shape: [1, 3],
    own: [node('QGemm', 'q s0 z0 m sw zw wb s2 z2', 'r', { transB: 0 }, MICROSOFT)],
    sibling: [
      real,
      node('DequantizeLinear', 'm sw zw', 'k', { axis: 1 }),
      node('DequantizeLinear', 'wb sb zb', 'b', { axis: 0 }),
      node('Gemm', 'a k b', 'p'),
      again,
    ],
  },
  {
    operator: 'QLinearAdd',
    shape: [1, 3],
    own: [node('QLinearAdd', 'q s0 z0 u s1 z1 s2 z2', 'r', {}, MICROSOFT)],
    sibling: [real, node('DequantizeLinear', 'u s1 z1', 'k'), node('Add', 'a k', 'p'), again],
  },
  {
    operator: 'QLinearMul',
    shape: [1, 3],
    own: [node('QLinearMul', 'q s0 z0 q s0 z0 s2 z2', 'r', {}, MICROSOFT)],
    sibling: [real, node('Mul', 'a a', 'p'), again],
  },
  {
    operator: 'QLinearConcat',
    shape: [1, 3],
    own: [node('QLinearConcat', 's2 z2 q s0 z0 u s1 z1', 'r', { axis: 1 }, MICROSOFT)],
    sibling: [real, node('DequantizeLinear', 'u s1 z1', 'k'), node('Concat', 'a k', 'p', { axis: 1 }), again],
  },
  {
    operator: 'QLinearWhere',
    shape: [1, 3],
    own: [node('Equal', 'yes yes', 'c'), node('QLinearWhere', 'c q s0 z0 u s1 z1 s2 z2', 'r', {}, MICROSOFT)],
    sibling: [
      node('Equal', 'yes yes', 'c'),
      real,
      node('DequantizeLinear', 'u s1 z1', 'k'),
      node('Where', 'c a k', 'p'),
      again,
    ],
  },
  simple('QLinearGlobalAveragePool', 'GlobalAveragePool'),
  simple('QLinearAveragePool', 'AveragePool', { kernel_shape: [2, 2] }),
  simple('QLinearSigmoid', 'Sigmoid'),
  simple('QLinearLeakyRelu', 'LeakyRelu', { alpha: { float: 0.25 } }),
  simple('QLinearSoftmax', 'Softmax', { axis: 1 }),
  simple('QLinearReduceMean', 'ReduceMean', { axes: [2, 3] }),
];

function scattered(shape: readonly number[]): readonly number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, index) => 3 * Math.sin(7.3 * index * index));
}

describe('operators on quantized tensors', () => {
  it.each(CASES)('$operator is its sibling between real numbers', async ({ shape, own, sibling }) => {
    const values = scattered(shape);
    const result = await run(between(own, shape), values);
    expect(result).toEqual(await run(between(sibling, shape), values));
    expect(new Set(result).size).toBeGreaterThan(1);
  });

  it('QGemm gives real numbers where no scale is given for them', async () => {
    const model = {
      ...between([], [1, 3]),
      nodes: [
        node('QuantizeLinear', 'x s0 z0', 'q'),
        node('QGemm', 'q s0 z0 m sw zw', 'y', { transB: 0 }, MICROSOFT),
      ],
    };
    const [first, second] = await run(model, [1, 0, 0]);
    expect(first).toBeCloseTo(9 * 0.01, 5);
    expect(second).toBeCloseTo(-9 * 0.004, 5);
  });

  it('rounds to uint8 and back, within the range of its scale', async () => {
    const model = between([node('Identity', 'q', 'i')], [1, 4]);
    const nodes = [...model.nodes.slice(0, 2), node('DequantizeLinear', 'i s0 z0', 'y')];
    const result = await run({ ...model, nodes }, [0, 0.06, -9, 99]);
    expect(result.map((value) => value.toFixed(4))).toEqual(['0.0000', '0.0500', '-5.0000', '7.7500']);
  });

  it('known numbers are rounded half to even, and scales lie along an axis or over blocks', async () => {
    const constants: readonly TestTensor[] = [
      { name: 'k', shape: [1, 4], values: [0.5, 1.5, -2.5, 300] },
      { name: 's', shape: [1, 2], values: [1, 2] },
      { name: 'z', shape: [1, 2], values: [0, 1], type: 'int8' },
    ];
    const nodes = [
      node('QuantizeLinear', 'k s z', 'q', { axis: 1, block_size: 2 }),
      node('DequantizeLinear', 'q s z', 'd', { axis: 1, block_size: 2 }),
      node('Add', 'x d', 'y'),
    ];
    const model = { inputs: [{ name: 'x', shape: [1, 4] }], outputs: ['y'], nodes, constants, opset: 21 };
    expect(await run(model, [0, 0, 0, 0])).toEqual([0, 2, -2, 252]);
  });

  it('inputs and outputs of uint8 are so in the graph', async () => {
    const graph = await read({
      ...between([], [1, 3, 2, 2]),
      inputs: [{ name: 'q', shape: [1, 3, 2, 2], type: 'uint8' }],
      outputs: ['r'],
      nodes: [node('QLinearConv', 'q s0 z0 w sw zw s2 z2 wb', 'r')],
    });
    const types = [...graph.inputs, ...graph.outputs].map((id) => graph.values.get(id)?.type);
    expect(types).toMatchObject([
      { dtype: 'uint8', quant: { zeroPoint: 100 } },
      { dtype: 'uint8', quant: { zeroPoint: 128 } },
    ]);
  });
});

describe('operators that only move integers', () => {
  it.each([
    ['Flatten', 'q', {}],
    ['Transpose', 'q', { perm: [0, 2, 3, 1] }],
    ['MaxPool', 'q', { kernel_shape: [2, 2] }],
    ['Clip', 'q z1', {}],
    ['Concat', 'q q', { axis: 2 }],
    ['Pad', 'q pads z0', {}],
  ])('%s leaves them their scale', async (operator, inputs, attributes) => {
    const shape = [1, 3, 4, 4];
    const model = between([], shape);
    const pads: TestTensor = { name: 'pads', shape: [8], values: [0, 0, 1, 0, 0, 0, 0, 1], isInteger: true };
    const first = model.nodes[0];
    const own = [first, node(operator, inputs, 'r', attributes), node('DequantizeLinear', 'r s0 z0', 'y')];
    const clipAt = scalar('limit', (7 - 100) * Math.fround(0.05));
    const realInputs = inputs.replaceAll('q', 'a').replace('z1', 'limit').replace('z0', 'zero');
    const sibling = [first, real, node(operator, realInputs, 'y', attributes)];
    const constants = [...CONSTANTS, pads, clipAt, scalar('zero', 0)];
    const values = scattered(shape);
    const result = await run({ ...model, nodes: own, constants }, values);
    expect(result).toEqual(await run({ ...model, nodes: sibling, constants }, values));
  });

  it.each([
    ['Relu', 'q', 'it computes with uint8 that stand for real numbers'],
    ['Pad', 'q pads', 'it pads with the integer 0, which stands for no zero where the zero point is 100'],
    ['Concat', 'q other', 'its operands are integers of different scales'],
  ])('%s is refused where they mean something else', async (operator, inputs, message) => {
    const model = between([], [1, 3]);
    const nodes = [
      model.nodes[0],
      node('QuantizeLinear', 'x s1 z1', 'other'),
      node(operator, inputs, 'y', operator === 'Concat' ? { axis: 1 } : {}),
    ];
    const pads: TestTensor = { name: 'pads', shape: [4], values: [0, 1, 0, 0], isInteger: true };
    const reading = read({ ...model, nodes, constants: [...CONSTANTS, pads] });
    await expect(reading).rejects.toThrow(message);
  });
});

describe('what is refused of quantized tensors', () => {
  const refused = (nodes: readonly TestNode[], constants: readonly TestTensor[] = []) =>
    expect(read({ ...between([], [1, 3]), nodes, outputs: ['y'], constants: [...CONSTANTS, ...constants] }))
      .rejects;

  it.each([
    [
      'a scale that is no positive number',
      [node('QuantizeLinear', 'x none z0', 'y')],
      'a scale of it is not a positive number',
    ],
    [
      'integers that were made with another scale',
      [node('QuantizeLinear', 'x s0 z0', 'q'), node('DequantizeLinear', 'q s1 z1', 'y')],
      'and they were made with others',
    ],
    [
      'as many zero points as there are not scales',
      [node('QuantizeLinear', 'x s0 zw', 'y')],
      '1 scale and 2 zero points',
    ],
    [
      'activations with a scale for each channel',
      [node('QuantizeLinear', 'x sw zw', 'y')],
      'activations with 2 scales',
    ],
    ['activations of int32', [node('QuantizeLinear', 'x s0 i32', 'y')], 'it makes activations of int32'],
    [
      'scales that do not fit',
      [node('DequantizeLinear', 'm s3 -', 'k'), node('MatMul', 'x k', 'y')],
      'its scales of shape [3] do not fit [3, 2]',
    ],
    [
      'scales that are computed',
      [node('DynamicQuantizeLinear', 'x', 'y')],
      'its scales are computed from the values',
    ],
  ])('%s', async (_, nodes, message) => {
    const constants: readonly TestTensor[] = [
      scalar('none', 0),
      scalar('i32', 0, 'int32'),
      { name: 's3', shape: [3], values: [1, 2, 3] },
    ];
    await refused(nodes, constants).toThrow(message);
  });

  it("names onnxruntime's own operators by their domain", async () => {
    await refused([node('MatMulIntegerToFloat', 'x m s0 sw', 'y', {}, MICROSOFT)]).toThrow(
      'com.microsoft.MatMulIntegerToFloat on a microcontroller: its scales are computed',
    );
  });
});
