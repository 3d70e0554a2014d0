import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../../src/ir/graph.ts';
import { onnxBytes, type TestModel, type TestNode, type TestTensor } from '../onnx-file.ts';

function integers(name: string, ...values: number[]): TestTensor {
  return { name, shape: [values.length], values, isInteger: true };
}

function model(
  shape: readonly number[],
  nodes: readonly TestNode[],
  constants: readonly TestTensor[] = [],
  opset = 18,
): TestModel {
  return { inputs: [{ name: 'x', shape }], outputs: ['y'], nodes, constants, opset };
}

function read(test: TestModel) {
  return readModel(onnxBytes(test), { name: 'net.onnx', keepLayout: true });
}

/** Of the numbers 0, 1, 2, … in the input. */
async function resultOf(test: TestModel) {
  const graph = await read(test);
  const count = getValue(graph, graph.inputs[0]).type.shape.reduce((product, size) => product * size, 1);
  const [result] = createInterpreter(graph).invoke([Float32Array.from({ length: count }, (_, at) => at)]);
  return {
    kinds: graph.nodes.map(({ kind }) => kind),
    shape: getValue(graph, graph.outputs[0]).type.shape,
    values: Array.from(result, Number),
  };
}

const node = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: TestNode['attributes'] = {},
): TestNode => ({ operator, inputs, outputs, attributes });

describe('operators of ONNX that move and count elements', () => {
  it('has nothing left of the chain that writes the pads of ZeroPad2d', async () => {
    const chain = model(
      [1, 1, 1, 2],
      [
        node('ConstantOfShape', ['extra'], ['zeros'], {
          value: integers('', 0),
        }),
        node('Concat', ['pads', 'zeros'], ['all'], { axis: 0 }),
        node('Reshape', ['all', 'pairs'], ['paired']),
        node('Slice', ['paired', 'last', 'first', 'axis', 'last'], ['reversed']),
        node('Transpose', ['reversed'], ['sides'], { perm: [1, 0] }),
        node('Reshape', ['sides', 'last'], ['flat']),
        node('Cast', ['flat'], ['margins'], { to: 7 }),
        node('Pad', ['x', 'margins'], ['y'], { mode: 'constant' }),
      ],
      [
        integers('extra', 4),
        integers('pads', 1, 2, 0, 1),
        integers('pairs', -1, 2),
        integers('last', -1),
        integers('first', -9223372036854775000),
        integers('axis', 0),
      ],
    );
    expect(await resultOf(chain)).toEqual({
      kinds: ['pad'],
      shape: [1, 1, 2, 5],
      values: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    });
  });

  it('knows the initial state that a shape is expanded to, and parts without elements', async () => {
    const { kinds, values } = await resultOf(
      model(
        [1, 3],
        [
          node('Shape', ['x'], ['shape']),
          node('Gather', ['shape', 'zero'], ['batch'], { axis: 0 }),
          node('Slice', ['shape', 'one', 'one'], ['nothing']),
          node('Concat', ['nothing', 'batch', 'three'], ['size'], { axis: 0 }),
          node('ConstantOfShape', ['size'], ['state'], {
            value: { name: '', shape: [1], values: [2.5] },
          }),
          node('Add', ['x', 'state'], ['y']),
        ],
        [integers('zero', 0), integers('one', 1), integers('three', 3)],
      ),
    );
    expect([kinds, values]).toEqual([['add'], [2.5, 3.5, 4.5]]);
  });

  it.each<[string, TestModel, readonly number[]]>([
    [
      'a slice from behind in steps of two',
      model(
        [1, 5],
        [node('Slice', ['x', 'from', 'to', 'axis', 'step'], ['y'])],
        [integers('from', -1), integers('to', -1000), integers('axis', 1), integers('step', -2)],
      ),
      [4, 2, 0],
    ],
    [
      'a slice of the first operator sets',
      model([1, 5], [node('Slice', ['x'], ['y'], { starts: [-3], ends: [100], axes: [-1] })], [], 9),
      [2, 3, 4],
    ],
    [
      'uneven parts',
      model([1, 5], [node('Split', ['x'], ['a', 'b', 'y'], { axis: 1, num_outputs: 3 })]),
      [4],
    ],
    [
      'one place, which drops its axis',
      model(
        [1, 2, 2],
        [node('Gather', ['x', 'at'], ['y'], { axis: 1 })],
        [{ name: 'at', shape: [], values: [-1], isInteger: true }],
      ),
      [2, 3],
    ],
    [
      'the same place several times',
      model([1, 3], [node('Gather', ['x', 'at'], ['y'], { axis: 1 })], [integers('at', 2, -1, 0)]),
      [2, 2, 0],
    ],
    [
      'an element for each of its places',
      model(
        [1, 3],
        [node('GatherElements', ['x', 'at'], ['y'], { axis: 1 })],
        [{ name: 'at', shape: [1, 2], values: [-1, 0], isInteger: true }],
      ),
      [2, 0],
    ],
    [
      'edges repeated, and cut',
      model([1, 3], [node('Pad', ['x', 'pads'], ['y'], { mode: 'edge' })], [integers('pads', 0, 2, 0, -1)]),
      [0, 0, 0, 1],
    ],
    [
      'the end in front of the beginning',
      model([1, 3], [node('Pad', ['x', 'pads'], ['y'], { mode: 'wrap' })], [integers('pads', 0, 1, 0, 2)]),
      [2, 0, 1, 2, 0, 1],
    ],
    [
      'the last of the largest',
      model(
        [1, 3],
        [
          node('Mul', ['x', 'same'], ['z']),
          node('ArgMax', ['z'], ['y'], { axis: 1, select_last_index: 1, keepdims: 0 }),
        ],
        [{ name: 'same', shape: [1], values: [0] }],
      ),
      [2],
    ],
    ['the logarithm of a sum of powers', model([1, 2], [node('ReduceLogSumExp', ['x'], ['y'])]), [1.3132616]],
    [
      'nothing reduced without axes, where that is asked for',
      model([1, 2], [node('ReduceSum', ['x'], ['y'], { noop_with_empty_axes: 1 })]),
      [0, 1],
    ],
    [
      'sums along an axis, from behind',
      model([1, 3], [node('CumSum', ['x', 'axis'], ['y'], { reverse: 1 })], [integers('axis', -1)]),
      [3, 3, 2],
    ],
    ['a triangle', model([2, 2], [node('Trilu', ['x'], ['y'], { upper: 0 })]), [0, 0, 2, 3]],
    [
      'a place as a row of zeros and a one',
      model(
        [1, 3],
        [
          node('ArgMax', ['x'], ['at'], { axis: 1, keepdims: 0 }),
          node('OneHot', ['at', 'depth', 'values'], ['y']),
        ],
        [integers('depth', 3), { name: 'values', shape: [2], values: [-1, 5] }],
      ),
      [-1, -1, 5],
    ],
  ])('computes %s', async (_, test, expected) => {
    const { values } = await resultOf(test);
    expect(values).toHaveLength(expected.length);
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index], 6);
  });

  it.each<[string, TestModel, string, string]>([
    [
      'a shape that the input decides',
      model([1, 2], [node('Reshape', ['x', 'x'], ['y'])]),
      'unsupported',
      'Node "y" (Reshape): its shape is computed from the inputs',
    ],
    [
      'integers beyond their type',
      model(
        [1, 2],
        [node('Mul', ['big', 'big'], ['size']), node('Reshape', ['x', 'size'], ['y'])],
        [integers('big', 2 ** 20)],
      ),
      'unsupported',
      'Node "size" (Mul): it computes integers that are none of int32.',
    ],
    [
      'a place that is not there',
      model([1, 2], [node('Gather', ['x', 'at'], ['y'], { axis: 1 })], [integers('at', 2)]),
      'input',
      'Node "y" (Gather): it takes element 2 of an axis of 2.',
    ],
    [
      'a step of nothing',
      model(
        [1, 2],
        [node('Slice', ['x', 'at', 'to', 'at', 'at'], ['y'])],
        [integers('at', 0), integers('to', 1)],
      ),
      'input',
      'Node "y" (Slice): it slices with step 0.',
    ],
    [
      'more elements than a file of its size may ask for',
      model([1, 1], [node('Expand', ['x', 'to'], ['y'])], [integers('to', 2 ** 20, 2 ** 10)]),
      'unsupported',
      'Node "y" (Expand): The tensors of the model take more than',
    ],
    [
      'sorting',
      model([1, 2], [node('TopK', ['x', 'k'], ['y'])], [integers('k', 1)]),
      'unsupported',
      'Node "y" (TopK): tinyml cannot compute TopK on a microcontroller: TensorFlow Lite Micro sorts nothing.',
    ],
  ])('refuses %s', async (_, test, kind, message) => {
    await expect(read(test)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
  });
});
