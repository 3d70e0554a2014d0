/** Values and parameters at the ends of what operators on elements and rows take. */

import { attempt } from '../../src/core/errors.ts';
import { INT32_MAX, INT32_MIN } from '../../src/core/fixed-point.ts';
import { perTensor } from '../../src/core/quant-params.ts';
import type { DType, TensorData, TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import type { AttributesOf, OpKind } from '../../src/ops/index.ts';
import { checkTypes } from '../../src/ops/kernel-of.ts';
import { type Operand, oneNode } from '../ops/one-node.ts';
import { throughBuffer } from './joined-graph.ts';
import type { Comparison } from './many-graphs.ts';

/** A graph of one operator at some end, with its kind. */
export interface EdgeCase extends Comparison {
  readonly kind: OpKind;
}

type Quantized = 'int8' | 'int16';

/** From where multipliers vanish to where shifts to the left begin to wrap around. */
const SCALES = [2 ** -33, 1e-6, 1 / 256, 0.75, 1, 300, 2 ** 20];

const ENDS: Readonly<Record<Quantized, readonly number[]>> = {
  int8: [-128, 127, 0],
  int16: [0],
};

const ALL_INT8 = Array.from({ length: 256 }, (_, index) => index - 128);
const SOME_INT16 = [
  ...[-32768, -32767, -16384, -129, -128, -2, -1, 0, 1, 2, 127, 128, 16383, 16384, 32766, 32767],
  ...Array.from({ length: 112 }, (_, index) => ((index * 40503) % 65536) - 32768),
];

const VALUES = { int8: Int8Array.from(ALL_INT8), int16: Int16Array.from(SOME_INT16) } as const;

/** In an order in which any two values meet others. */
function stirred<Data extends Int8Array | Int16Array>(data: Data): Data {
  return data.map((_, index) => data[(index * 93 + 17) % data.length]) as Data;
}

/** A comparison, unless TFLM takes no such types. */
function edge<Kind extends OpKind>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  operands: readonly Operand[],
  output: TensorType,
  isInBuffer = false,
): EdgeCase[] {
  const types = operands.map(({ type }) => type);
  if ('refusal' in attempt(() => checkTypes(kind, attributes, types, [output]))) return [];
  const own = oneNode(kind, attributes, operands, output);
  const graph = isInBuffer ? throughBuffer(own) : own;
  const inputs = graph.inputs.map((id) => operands[id].data);
  const expected = createInterpreter(graph, { kernels: 'plain' })
    .invoke(inputs)
    .map((data) => data.slice() as TensorData);
  return [{ kind, graph, inferences: [{ inputs, expected }] }];
}

function typed(dtype: DType, shape: readonly number[], scale?: number, zeroPoint = 0): TensorType {
  return scale === undefined ? { dtype, shape } : { dtype, shape, quant: perTensor(scale, zeroPoint) };
}

/** Scales and zero points of two tensors: each scale with every fourth, ends of zero points in turn. */
function parameterPairs(dtype: Quantized) {
  const ends = ENDS[dtype];
  return SCALES.flatMap((from, i) =>
    SCALES.flatMap((to, j) => {
      const [zeroFrom, zeroTo] = [ends[i % ends.length], ends[(i + 2 * j + 1) % ends.length]];
      return (i + j) % 4 === 0 ? [{ from, to, zeroFrom, zeroTo }] : [];
    }),
  );
}

/** Every value of one operand. */
function unaryEdges<Kind extends OpKind>(
  kind: Kind,
  dtype: Quantized,
  attributes: AttributesOf<Kind>,
  to: DType = dtype,
): EdgeCase[] {
  const data = VALUES[dtype];
  return parameterPairs(dtype).flatMap((p, index) =>
    edge(
      kind,
      attributes,
      [{ type: typed(dtype, [data.length], p.from, p.zeroFrom), data }],
      typed(to, [data.length], p.to, to === 'int32' ? 0 : p.zeroTo),
      index % 2 === 1,
    ),
  );
}

/** Pairs of values that are both at ends, and of all others. */
function pairEdges<Kind extends OpKind>(
  kind: Kind,
  dtype: Quantized,
  attributes: AttributesOf<Kind>,
  { to = dtype, second = dtype }: { to?: DType; second?: Quantized } = {},
): EdgeCase[] {
  const a = VALUES[dtype];
  const b = stirred(second === 'int8' && dtype === 'int16' ? VALUES.int8.slice(0, a.length) : VALUES[second]);
  const ends = ENDS[second];
  return parameterPairs(dtype).flatMap((p, index) =>
    edge(
      kind,
      attributes,
      [
        { type: typed(dtype, [a.length], p.from, p.zeroFrom), data: a },
        {
          type: typed(second, [a.length], SCALES[(index * 3) % SCALES.length], ends[index % ends.length]),
          data: b,
        },
      ],
      to === 'bool' ? typed('bool', [a.length]) : typed(to, [a.length], p.to, p.zeroTo),
      index % 2 === 1,
    ),
  );
}

const none = { activation: 'none' } as const;

/** A product that fills 32 bits before the zero point is added, with a multiplier of 2^31 - 1 and a shift of 24. */
function fullProduct(): EdgeCase[] {
  const [near, other] = [1 + 200 * 2 ** -23, 1 - 200 * 2 ** -23];
  const a = { type: typed('int8', [4], near, 0), data: Int8Array.of(-128, 127, -128, 1) };
  const b = { type: typed('int8', [4], other, 0), data: Int8Array.of(1, 1, -1, -128) };
  return ENDS.int8.flatMap((zero) => edge('mul', none, [a, b], typed('int8', [4], 2 ** -24, zero)));
}
const relu6 = { activation: 'relu6' } as const;

const COMPARISONS = ['equal', 'greater', 'greater_equal', 'less', 'less_equal', 'not_equal'] as const;

/** Without 0 as a divisor, on which the interpreter stops. */
function divisionEdges(): EdgeCase[] {
  const a = VALUES.int8;
  return ENDS.int8.flatMap((zeroB) => {
    const b = stirred(a).map((value) => (value === zeroB ? value ^ 1 : value));
    return [2 ** -14, 2 ** -20, 2 ** -28].flatMap((scale) =>
      edge(
        'div',
        none,
        [
          { type: typed('int8', [256], 1, -zeroB || 3), data: a },
          { type: typed('int8', [256], 0.5, zeroB), data: b },
        ],
        typed('int8', [256], scale, zeroB),
      ),
    );
  });
}

/** Rows of one value, of equal ones at ends, and of all. */
function rowEdges(kind: 'softmax' | 'log_softmax' | 'l2_normalization', dtype: Quantized): EdgeCase[] {
  const data = VALUES[dtype];
  const attributes = (kind === 'softmax' ? { beta: 1 } : {}) as AttributesOf<typeof kind>;
  const outputs = {
    softmax: dtype === 'int8' ? ([1 / 256, -128] as const) : ([1 / 32768, 0] as const),
    log_softmax: [1 / 16, 127] as const,
    l2_normalization: [1 / 128, 0] as const,
  }[kind];
  const lengths = dtype === 'int8' ? [1, 2, 256] : [1, 2, 128];
  const most =
    dtype === 'int8' ? ([Int8Array.from({ length: 511 }, () => 127), 511] as const) : ([data, 128] as const);
  return SCALES.flatMap((scale, index) =>
    [...lengths.map((depth) => [data, depth] as const), most].flatMap(([values, depth]) => {
      const shape = [values.length / depth, depth];
      return edge(
        kind,
        attributes,
        [{ type: typed(dtype, shape, scale, ENDS[dtype][index % ENDS[dtype].length]), data: values }],
        typed(dtype, shape, ...outputs),
        index % 2 === 1,
      );
    }),
  );
}

/** From both ends, with as many values as 32 bits hold. */
function cumsumEdges(): EdgeCase[] {
  return parameterPairs('int8').flatMap((p, index) => {
    const flags = { exclusive: index % 2 === 1, reverse: index % 4 > 1 };
    const operand = { type: typed('int8', [32, 8], p.from, p.zeroFrom), data: VALUES.int8 };
    return edge(
      'cumsum',
      { axis: 1, ...flags },
      [operand],
      typed('int8', [32, 8], p.to, p.zeroTo),
      flags.exclusive,
    );
  });
}

/** Sums that fill 32 bits. */
function sumEdges(kind: 'mean' | 'sum', dtype: Quantized): EdgeCase[] {
  const length = dtype === 'int8' ? 3000 : 65536;
  return [VALUES[dtype][0], VALUES[dtype].at(-1) as number].flatMap((value) =>
    SCALES.flatMap((scale, index) => {
      const data = dtype === 'int8' ? new Int8Array(length) : new Int16Array(length);
      return edge(
        kind,
        { axes: [0], keepDims: false },
        [
          {
            type: typed(dtype, [length], scale, ENDS[dtype][index % ENDS[dtype].length]),
            data: data.fill(value),
          },
        ],
        typed(dtype, [], SCALES[(index * 2) % SCALES.length], ENDS[dtype][(index + 1) % ENDS[dtype].length]),
      );
    }),
  );
}

const FLOATS = Float32Array.of(
  ...[0, -0, 1, -1, 0.5, -0.5, 0.49999997, -0.49999997, 1.5, 2.5, -1.5, -2.5, 5.9999995, 6, 6.0000005],
  ...[127.49999, 127.5, -128.5, -128.50002, 255.9, 32767.5, -32768.5, 8388607.5, 16777216, -16777217],
  ...[2147483520, 2147483648, -2147483648, -2147483904, 1e10, -1e10, 3.4028234e38, -3.4028234e38],
  ...[1.1754944e-38, -1e-45, 1e-40, Infinity, -Infinity, 1e-6, -3, 3, -2.9999998, 88.7, -103.9, 12345.678],
);

const INTEGERS = Int32Array.of(
  ...[INT32_MIN, INT32_MAX, INT32_MIN + 1, 0, 1, -1, 2, -2, 6, 7, 46340, 46341, -46341, 65536, -65536],
  ...[1 << 30, -(1 << 30), 123456789, -987654321],
);

function floatUnary<Kind extends OpKind>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  accepts: (x: number) => boolean = () => true,
  output: TensorType = typed('float32', [0]),
): EdgeCase[] {
  const data = FLOATS.filter(accepts);
  const operand = { type: typed('float32', [data.length]), data };
  return [false, true].flatMap((isInBuffer) =>
    edge(kind, attributes, [operand], { ...output, shape: [data.length] }, isInBuffer),
  );
}

/** Every number with every other one. */
function allPairs<Kind extends OpKind, Data extends Float32Array | Int32Array>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  data: Data,
  to: DType = data instanceof Int32Array ? 'int32' : 'float32',
  accepts: (a: number, b: number) => boolean = () => true,
): EdgeCase[] {
  const pairs = Array.from(data).flatMap((a) => Array.from(data, (b) => [a, b] as const));
  const chosen = pairs.filter(([a, b]) => accepts(a, b));
  const make = (values: number[]): TensorData =>
    data instanceof Int32Array ? Int32Array.from(values) : Float32Array.from(values);
  const dtype = data instanceof Int32Array ? 'int32' : 'float32';
  const type = typed(dtype, [chosen.length]);
  return edge(
    kind,
    attributes,
    [
      { type, data: make(chosen.map(([a]) => a)) },
      { type, data: make(chosen.map(([, b]) => b)) },
    ],
    typed(to, [chosen.length]),
    true,
  );
}

/** What C and the interpreter make NaN of may have other bits. */
const isNumber =
  (compute: (a: number, b: number) => number) =>
  (a: number, b: number): boolean =>
    !Number.isNaN(compute(a, b));

const notZero = (_: number, b: number): boolean => b !== 0;
const notNegative = (x: number): boolean => x >= 0;

const quantizedKinds: readonly Quantized[] = ['int8', 'int16'];

/** All of them. */
export const EDGE_CASES: readonly EdgeCase[] = [
  ...(['relu', 'relu6', 'logistic', 'tanh', 'abs', 'elu', 'hard_swish', 'rsqrt'] as const).flatMap((kind) =>
    unaryEdges(kind, 'int8', {}),
  ),
  ...(['relu', 'relu6', 'logistic', 'tanh', 'abs'] as const).flatMap((kind) => unaryEdges(kind, 'int16', {})),
  ...quantizedKinds.flatMap((dtype) => [
    ...[-0.3, 100].flatMap((alpha) => unaryEdges('leaky_relu', dtype, { alpha: Math.fround(alpha) })),
    ...(['int8', 'int16', 'int32'] as const).flatMap((to) => unaryEdges('quantize', dtype, {}, to)),
    ...unaryEdges('dequantize', dtype, {}, 'float32'),
    ...(['add', 'sub', 'mul'] as const).flatMap((kind) => pairEdges(kind, dtype, none)),
    ...(['add', 'mul'] as const).flatMap((kind) => pairEdges(kind, dtype, relu6)),
    ...pairEdges('squared_difference', dtype, {}),
    ...pairEdges('prelu', dtype, {}, { second: 'int8' }),
    ...rowEdges('softmax', dtype),
    ...sumEdges('mean', dtype),
    ...sumEdges('sum', dtype),
  ]),
  ...COMPARISONS.flatMap((kind) => pairEdges(kind, 'int8', {}, { to: 'bool' })),
  ...fullProduct(),
  ...divisionEdges(),
  ...rowEdges('log_softmax', 'int8'),
  ...rowEdges('l2_normalization', 'int8'),
  ...pairEdges('add_n', 'int8', {}),
  ...cumsumEdges(),

  ...(['relu', 'relu6', 'neg', 'abs', 'floor', 'ceil', 'square', 'elu', 'logistic'] as const).flatMap(
    (kind) => floatUnary(kind, {}),
  ),
  ...floatUnary('round', {}, Number.isFinite),
  ...floatUnary('hard_swish', {}, (x) => x !== -Infinity),
  ...(['tanh', 'exp'] as const).flatMap((kind) => floatUnary(kind, {})),
  ...(['sqrt', 'rsqrt', 'log'] as const).flatMap((kind) => floatUnary(kind, {}, notNegative)),
  ...floatUnary('leaky_relu', { alpha: Math.fround(0.1) }),
  ...(['float32', 'int8', 'int16', 'int32'] as const).flatMap((to) =>
    floatUnary('cast', {}, undefined, typed(to, [])),
  ),
  ...[1, 2 ** -20, 300].flatMap((scale) =>
    ENDS.int8.flatMap((zero) => floatUnary('quantize', {}, undefined, typed('int8', [], scale, zero))),
  ),
  ...[1, 2 ** -20, 300].flatMap((scale) =>
    [-32768, 0, 32767].flatMap((zero) =>
      floatUnary('quantize', {}, undefined, typed('int16', [], scale, zero)),
    ),
  ),
  ...allPairs(
    'add',
    none,
    FLOATS,
    'float32',
    isNumber((a, b) => a + b),
  ),
  ...allPairs(
    'sub',
    relu6,
    FLOATS,
    'float32',
    isNumber((a, b) => a - b),
  ),
  ...allPairs(
    'mul',
    { activation: 'relu_n1_to_1' },
    FLOATS,
    'float32',
    isNumber((a, b) => a * b),
  ),
  ...allPairs(
    'mul',
    none,
    FLOATS,
    'float32',
    isNumber((a, b) => a * b),
  ),
  ...allPairs(
    'div',
    none,
    FLOATS,
    'float32',
    isNumber((a, b) => a / b),
  ),
  ...allPairs(
    'squared_difference',
    {},
    FLOATS,
    'float32',
    isNumber((a, b) => a - b),
  ),
  ...allPairs('floor_div', {}, FLOATS, 'float32', (a, b) => notZero(a, b) && isNumber((x, y) => x / y)(a, b)),
  ...allPairs(
    'floor_mod',
    {},
    FLOATS,
    'float32',
    isNumber((a, b) => a % b),
  ),
  ...allPairs(
    'prelu',
    {},
    FLOATS,
    'float32',
    isNumber((a, b) => a * b),
  ),
  ...(['maximum', 'minimum'] as const).flatMap((kind) => [
    ...allPairs(kind, {}, FLOATS),
    ...allPairs(kind, {}, INTEGERS),
  ]),
  ...COMPARISONS.flatMap((kind) => [
    ...allPairs(kind, {}, FLOATS, 'bool'),
    ...allPairs(kind, {}, INTEGERS, 'bool'),
  ]),

  ...allPairs('add', none, INTEGERS),
  ...[none, relu6].flatMap((attributes) =>
    (['sub', 'mul'] as const).flatMap((kind) => allPairs(kind, attributes, INTEGERS)),
  ),
  ...allPairs('div', none, INTEGERS, 'int32', notZero),
  ...allPairs('squared_difference', {}, INTEGERS),
  ...(['int8', 'int16'] as const).flatMap((to) =>
    SCALES.flatMap((scale) =>
      [1e-6, 1, 2 ** 20].flatMap((from) =>
        edge(
          'quantize',
          {},
          [{ type: typed('int32', [INTEGERS.length], from), data: INTEGERS }],
          typed(to, [INTEGERS.length], scale, ENDS[to].at(0)),
        ),
      ),
    ),
  ),
];
