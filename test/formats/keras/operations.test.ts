import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';

const inputLayer = (shape: readonly number[]): JsonObject => ({
  class_name: 'InputLayer',
  name: 'in',
  config: { name: 'in', batch_shape: [null, ...shape] },
  inbound_nodes: [],
});

/** in → relu → the operation, whose description is given. */
function modelOf(operation: object, shape: readonly number[], version: string): Graph {
  const keras3 = version.startsWith('3');
  const read = keras3 ? [{ args: [tensor3('in')], kwargs: {} }] : [[['in', 0, 0, {}]]];
  const relu = { class_name: 'ReLU', name: 'r', config: { name: 'r' }, inbound_nodes: read };
  const config = {
    name: 'm',
    layers: [inputLayer(shape), relu, operation],
    input_layers: [['in', 0, 0]],
    output_layers: [['op', 0, 0]],
  };
  const topology = { class_name: 'Functional', config, keras_version: version } as unknown as JsonObject;
  return importKeras({ topology, weights: [] });
}

const tensor3 = (name: string): JsonObject => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4], dtype: 'float32', keras_history: [name, 0, 0] },
});

/** As Keras 2.15 writes a call of a function: the first argument, and the others by name. */
function keras2(
  name: string,
  call: JsonValue,
  shape: readonly number[] = [4],
  className = 'TFOpLambda',
): Graph {
  const config = { name: 'op', trainable: true, dtype: 'float32', function: name };
  return modelOf({ class_name: className, name: 'op', config, inbound_nodes: [call] }, shape, '2.15.0');
}

/** As Keras 3 writes a call of an operation. */
function keras3(
  className: string,
  args: readonly JsonValue[],
  config: JsonObject = {},
  shape: readonly number[] = [4],
  module = 'keras.src.ops.numpy',
): Graph {
  return modelOf(
    {
      module,
      class_name: className,
      config,
      registered_name: className,
      name: 'op',
      inbound_nodes: [{ args, kwargs: {} }],
    },
    shape,
    '3.5.0',
  );
}

function run(graph: Graph, input: readonly number[]): number[] {
  const [output] = createInterpreter(graph).invoke([Float32Array.from(input)]) as readonly [Float32Array];
  expect(output.length).toBe(elementCount(createInterpreter(graph).outputs[0].shape));
  return Array.from(output, (value) => Number(value.toPrecision(6)));
}

const shapeOf = (graph: Graph): readonly number[] => createInterpreter(graph).outputs[0].shape;

const X = [-1, 2, 8, 3];
/** Of `in`, and of `r` behind the ReLU. */
const IN = tensor3('in');
const R = tensor3('r');
const on = (name: string, keywords: JsonObject = {}): JsonValue => [name, 0, 0, { ...keywords, name: null }];

describe('functions of TensorFlow and of keras.ops', () => {
  it.each<[string, Graph, readonly number[]]>([
    ['x + y', keras2('__operators__.add', on('r', { y: ['in', 0, 0] })), [-1, 4, 16, 6]],
    ['x + y', keras3('Add', [R, IN]), [-1, 4, 16, 6]],
    ['x + 3', keras2('__operators__.add', on('in', { y: 3 })), [2, 5, 11, 6]],
    ['x + 3', keras3('Add', [IN, 3.0]), [2, 5, 11, 6]],
    [
      '3 - x',
      keras2('math.subtract', ['_CONSTANT_VALUE', -1, 3, { y: ['in', 0, 0], name: null }]),
      [4, 1, -5, 0],
    ],
    ['3 - x', keras3('Subtract', [3, IN]), [4, 1, -5, 0]],
    ['x - y', keras3('Subtract', [R, IN]), [1, 0, 0, 0]],
    ['x · list', keras2('math.multiply', on('in', { y: [1, 2, 3, 4] })), [-1, 4, 24, 12]],
    ['x · y', keras3('Multiply', [R, IN]), [0, 4, 64, 9]],
    ['x / 2', keras2('math.truediv', on('in', { y: 2 })), [-0.5, 1, 4, 1.5]],
    ['x / 2', keras3('TrueDivide', [IN, 2]), [-0.5, 1, 4, 1.5]],
    ['max', keras2('math.maximum', on('in', { y: 2.5 })), [2.5, 2.5, 8, 3]],
    ['min', keras3('Minimum', [IN, 2.5]), [-1, 2, 2.5, 2.5]],
    ['-x', keras3('Negative', [IN]), [1, -2, -8, -3]],
    ['x²', keras2('math.square', on('in')), [1, 4, 64, 9]],
    ['|x|', keras3('Absolute', [IN]), [1, 2, 8, 3]],
    ['√x', keras2('math.sqrt', on('r')), [0, Math.SQRT2, Math.sqrt(8), Math.sqrt(3)]],
    ['relu', keras2('nn.relu', on('in')), [0, 2, 8, 3]],
    ['relu6', keras2('nn.relu6', on('in')), [0, 2, 6, 3]],
    ['relu6', keras3('Relu6', [IN], {}, [4], 'keras.src.ops.nn'), [0, 2, 6, 3]],
    ['leaky relu', keras2('nn.leaky_relu', on('in', { alpha: 0.5 })), [-0.5, 2, 8, 3]],
    ['sigmoid', keras2('nn.sigmoid', on('in')), X.map((x) => 1 / (1 + Math.exp(-x)))],
    ['tanh', keras3('Tanh', [IN]), X.map(Math.tanh)],
    ['clip', keras2('clip_by_value', on('in', { clip_value_min: 0, clip_value_max: 6 })), [0, 2, 6, 3]],
    ['clip', keras3('Clip', [IN], { x_min: -0.5, x_max: 2.5 }), [-0.5, 2, 2.5, 2.5]],
    ['cast', keras2('cast', on('r', { dtype: 'float32' })), [0, 2, 8, 3]],
    ['stop', keras3('StopGradient', [R], {}, [4], 'keras.src.ops.core'), [0, 2, 8, 3]],
  ])('%s', (_, graph, expected) => {
    expect(run(graph, X)).toEqual(expected.map((value) => Number(Math.fround(value).toPrecision(6))));
  });

  it.each<[string, Graph, readonly number[], readonly number[]]>([
    [
      'mean',
      keras2('math.reduce_mean', on('in', { axis: [1, 2], keepdims: true }), [2, 2, 1]),
      [1, 1, 1, 1],
      [3],
    ],
    ['mean', keras3('Mean', [IN], { axis: -1, keepdims: 0 }, [2, 2]), [1, 2], [0.5, 5.5]],
    ['sum', keras2('math.reduce_sum', on('in', { axis: 1 }), [2, 2]), [1, 2], [7, 5]],
    ['max', keras3('Max', [IN], { axis: 1, keepdims: false }, [2, 2]), [1, 2], [8, 3]],
    ['reshape', keras2('reshape', on('in', { shape: [-1, 2, 2] })), [1, 2, 2], X],
    ['reshape', keras2('reshape', on('in', { shape: [-1, 2, -1] })), [1, 2, 2], X],
    ['reshape', keras3('Reshape', [IN], { newshape: [1, 2, 2] }), [1, 2, 2], X],
    ['transpose', keras2('transpose', on('in', { perm: [0, 2, 1] }), [2, 2]), [1, 2, 2], [-1, 8, 2, 3]],
    ['expand', keras2('expand_dims', on('in', { axis: -1 })), [1, 4, 1], X],
    ['squeeze', keras3('Squeeze', [IN], { axis: 2 }, [4, 1]), [1, 4], X],
    [
      'pad',
      keras2(
        'pad',
        on('in', {
          paddings: [
            [0, 0],
            [1, 0],
          ],
          mode: 'CONSTANT',
          constant_values: 0,
        }),
      ),
      [1, 5],
      [0, ...X],
    ],
    [
      'concat',
      keras2(
        'concat',
        [
          ['in', 0, 0, { axis: -1 }],
          ['r', 0, 0, { axis: -1 }],
        ],
        [4],
      ),
      [1, 8],
      [...X, 0, 2, 8, 3],
    ],
    ['concat', keras3('Concatenate', [[IN, R]], { axis: 1 }), [1, 8], [...X, 0, 2, 8, 3]],
    ['stack', keras3('Stack', [[IN, R]], { axis: 1 }), [1, 2, 4], [...X, 0, 2, 8, 3]],
    [
      'x[:, 1:3]',
      keras2(
        '__operators__.getitem',
        on('in', {
          slice_spec: [
            { start: null, stop: null, step: null },
            { start: 1, stop: 3, step: null },
          ],
        }),
        [4],
        'SlicingOpLambda',
      ),
      [1, 2],
      [2, 8],
    ],
    [
      'x[..., -1]',
      keras2(
        '__operators__.getitem',
        on('in', { slice_spec: [{ class_name: '__ellipsis__' }, -1] }),
        [2, 2],
        'SlicingOpLambda',
      ),
      [1, 2],
      [2, 3],
    ],
    [
      'x[:, ::2, None]',
      keras3('GetItem', [
        IN,
        [
          { class_name: '__slice__', config: { start: null, stop: null, step: null } },
          { class_name: '__slice__', config: { start: null, stop: null, step: 2 } },
          null,
        ],
      ]),
      [1, 2, 1],
      [-1, 8],
    ],
  ])('%s: shape and elements', (_, graph, shape, expected) => {
    expect(shapeOf(graph)).toEqual(shape);
    expect(run(graph, X)).toEqual(expected);
  });

  it('keep sequences as images between convolutions', () => {
    const graph = keras2('__operators__.add', on('r', { y: 1 }), [2, 2]);
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['relu', 'add']);
  });

  it.each<[string, () => Graph, string, string]>([
    [
      'a function without a row',
      () => keras2('math.erf', on('in')),
      'unsupported-operation',
      'the function tf.math.erf',
    ],
    [
      'a class without a row',
      () => keras3('Erf', [IN]),
      'unsupported-operation',
      'the function keras.ops Erf',
    ],
    [
      'a cast to integers',
      () => keras2('cast', on('in', { dtype: 'int32' })),
      'unsupported-operation',
      'makes int32',
    ],
    ['a computed divisor', () => keras3('Divide', [IN, R]), 'unsupported-operation', 'divides by a tensor'],
    [
      'a computed shape',
      () => keras2('reshape', on('in', { shape: [['r', 0, 0], 2, 2] })),
      'computed-setting',
      'argument shape',
    ],
    [
      'an argument that is missing',
      () => keras2('math.add', on('in')),
      'operation-argument',
      'argument y is missing',
    ],
    ['a mean over the batch', () => keras3('Mean', [IN], { axis: 0 }), 'layer-shape', 'different batches'],
    [
      'a subscript of the batch',
      () => keras3('GetItem', [IN, [0]]),
      'unsupported-operation',
      'subscript [0]',
    ],
    [
      'a shape of other size',
      () => keras2('reshape', on('in', { shape: [-1, 3] })),
      'layer-shape',
      'cannot become [-1, 3]',
    ],
  ])('refuse %s', (_, make, code, message) => {
    let error: unknown;
    try {
      make();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(TinymlError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('functions without an operator of their own', () => {
  const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 5));
  const relu = X.map((x) => Math.max(x, 0));

  it.each([
    ['nn.softplus', 'Softplus', (x: number) => Math.log1p(Math.exp(x))],
    ['nn.softsign', 'Softsign', (x: number) => x / (1 + x)],
    ['nn.selu', 'Selu', (x: number) => 1.0507009873554805 * x],
    ['math.log_sigmoid', 'LogSigmoid', (x: number) => -Math.log1p(Math.exp(-x))],
  ])('%s and %s', (name, className, formula) => {
    const expected = near(relu.map(formula));
    expect(run(keras2(name, on('r')), X)).toEqual(expected);
    expect(run(keras3(className, [R]), X)).toEqual(expected);
  });

  it('nn.gelu is exact, Gelu by tanh unless it says otherwise', () => {
    const exact = near([0, 1.9544997, 8, 2.9959502]);
    expect(run(keras2('nn.gelu', on('r')), X)).toEqual(exact);
    expect(run(keras3('Gelu', [R], { approximate: false }), X)).toEqual(exact);
    expect(run(keras3('Gelu', [R]), X)).toEqual(near([0, 1.9545977, 8, 2.9963627]));
  });

  it('nn.log_softmax works along the last axis, and along others', () => {
    const log = Math.log(1 + Math.exp(2) + Math.exp(8) + Math.exp(3));
    expect(run(keras2('nn.log_softmax', on('r')), X)).toEqual(near(relu.map((x) => x - log)));
    const [left, right] = [Math.log(1 + Math.exp(8)), Math.log(Math.exp(2) + Math.exp(3))];
    const columns = keras2('nn.log_softmax', on('r', { axis: 1 }), [2, 2]);
    expect(run(columns, X)).toEqual(near([0 - left, 2 - right, 8 - left, 3 - right]));
  });

  it.each([
    ['Celu', { alpha: 2 }, (x: number) => Math.max(x, 0) + 2 * Math.expm1(Math.min(x, 0) / 2)],
    ['Elu', { alpha: 0.5 }, (x: number) => (x > 0 ? x : 0.5 * Math.expm1(x))],
    ['HardShrink', { threshold: 2.5 }, (x: number) => (Math.abs(x) > 2.5 ? x : 0)],
    ['SoftShrink', { threshold: 2.5 }, (x: number) => Math.sign(x) * Math.max(Math.abs(x) - 2.5, 0)],
    ['SparseSigmoid', {}, (x: number) => Math.min(Math.max((x + 1) / 2, 0), 1)],
    ['Squareplus', { b: 1 }, (x: number) => (x + Math.sqrt(x * x + 1)) / 2],
    ['Threshold', { threshold: 2, default_value: 20 }, (x: number) => (x > 2 ? x : 20)],
    ['Threshold', { threshold: 2, default_value: 0 }, (x: number) => (x > 2 ? x : 0)],
    ['TanhShrink', {}, (x: number) => x - Math.tanh(x)],
  ] as const)('%s reads its numbers (%j)', (className, config, formula) => {
    const graph = keras3(className, [IN], config, [4], 'keras.src.ops.nn');
    const computed = run(graph, X);
    for (const [index, x] of X.entries()) expect(computed[index]).toBeCloseTo(formula(x), 5);
  });

  it('multiplies matrices, computed and known ones', () => {
    const twice = keras2(
      'linalg.matmul',
      on('r', {
        b: [
          [1, 2],
          [3, 4],
        ],
      }),
      [2, 2],
    );
    expect(run(twice, X)).toEqual([6, 8, 17, 28]);
    const turned = keras2('linalg.matmul', on('r', { b: ['r', 0, 0], transpose_b: true }), [2, 2]);
    expect(run(turned, X)).toEqual([4, 6, 6, 73]);
    expect(run(keras3('Matmul', [R, IN], {}, [2, 2]), X)).toEqual([16, 6, 16, 25]);
    expect(() => keras3('Matmul', [R, [[1, 2, 3]]], {}, [2, 2])).toThrow('have different sizes');
  });

  it('Einsum has its equation in the configuration', () => {
    const graph = keras3('Einsum', [R, IN], { subscripts: 'bij,bkj->bik' }, [2, 2]);
    expect(run(graph, X)).toEqual([4, 6, 6 - 8, 73]);
    expect(() => keras3('Einsum', [R], { subscripts: 'bii->bi' }, [2, 2])).toThrow('the diagonal');
  });

  it('shrinks by no negative number', () => {
    expect(() => keras3('SoftShrink', [IN], { threshold: -1 })).toThrow('"threshold" is -1');
  });

  it('Glu multiplies one half by the logistic of the other', () => {
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(run(keras3('Glu', [IN], { axis: -1 }), X)).toEqual(near([-1 * sigmoid(8), 2 * sigmoid(3)]));
    expect(() => keras3('Glu', [IN], { axis: 1 }, [2, 2])).toThrow('it cuts axis 1 in halves');
  });

  it('functions of keras.activations have the numbers of their configuration', () => {
    const config = { negative_slope: 0.5, max_value: 4, threshold: 0 };
    const graph = keras3('ReLU', [IN], config, [4], 'keras.src.activations.activations');
    expect(run(graph, X)).toEqual([-0.5, 2, 4, 3]);
    const mish = keras3('Mish', [IN], {}, [4], 'keras.src.activations.activations');
    expect(run(mish, X)).toEqual(near(X.map((x) => x * Math.tanh(Math.log1p(Math.exp(x))))));
  });

  it('tile repeats everything but the batch', () => {
    const twice = keras2('tile', on('r', { multiples: [1, 2] }));
    expect(run(twice, X)).toEqual([0, 2, 8, 3, 0, 2, 8, 3]);
    expect(run(keras3('Tile', [R], { repeats: [2] }), X)).toEqual([0, 2, 8, 3, 0, 2, 8, 3]);
    expect(() => keras2('tile', on('r', { multiples: [2, 1] }))).toThrow('[2, 1] times');
  });
});
