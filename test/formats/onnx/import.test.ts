import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/core/tensor.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { onnxBytes, type TestModel } from './onnx-file.ts';

const DENSE: TestModel = {
  inputs: [{ name: 'x', shape: ['batch', 2] }],
  outputs: ['y'],
  nodes: [{ operator: 'Gemm', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes: { transB: 1 } }],
  constants: [
    { name: 'w', shape: [1, 2], values: [2, -3] },
    { name: 'b', shape: [1], values: [0.5] },
  ],
};

function read(model: TestModel, shapes?: ReadonlyMap<string, Shape>) {
  return readModel(onnxBytes(model), { name: 'net.onnx', ...(shapes && { shapes }) });
}

describe('importOnnx', () => {
  it('makes a graph of batch 1 whose single ends are called input and output', async () => {
    const graph = await read(DENSE);
    const [input, output] = [...graph.inputs, ...graph.outputs].map((id) => getValue(graph, id));
    expect([input.name, input.type.shape, output.name, output.type.shape]).toEqual([
      'input',
      [1, 2],
      'output',
      [1, 1],
    ]);
    expect([...createInterpreter(graph).invoke([Float32Array.of(3, 4)])[0]]).toEqual([-5.5]);
  });

  it('knows what shapes and constants decide, however it is written', async () => {
    const graph = await read({
      ...DENSE,
      inputs: [{ name: 'x', shape: [1, 1, 2] }],
      nodes: [
        { operator: 'Constant', inputs: [], outputs: ['to'], attributes: { value_ints: [0, -1] } },
        { operator: 'Reshape', inputs: ['x', 'to'], outputs: ['flat'] },
        ...DENSE.nodes.map((node) => ({ ...node, inputs: ['flat', 'w', 'b'] })),
      ],
    });
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['reshape', 'fully_connected']);
  });

  it('takes the shape of an input from the caller where more than the batch is free', async () => {
    const free: TestModel = { ...DENSE, inputs: [{ name: 'x', shape: ['batch', 'features'] }] };
    await expect(read(free)).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'net.onnx: input "x" has shape [batch, features], of which more than the batch is free.',
      hint: 'Give it with "--shape x=1xN".',
    });
    expect((await read(free, new Map([['x', [1, 2]]]))).nodes).toHaveLength(1);
  });

  it.each<[string, Partial<TestModel>, string, string]>([
    [
      'an operator without a like in TFLM',
      { nodes: [{ operator: 'Loop', inputs: ['x'], outputs: ['y'] }] },
      'unsupported',
      'net.onnx: Node "y" (Loop): tinyml cannot compute Loop on a microcontroller: the number of its steps',
    ],
    [
      'one of another domain',
      { nodes: [{ operator: 'Gemm', inputs: ['x'], outputs: ['y'], domain: 'my.own' }] },
      'unsupported',
      'net.onnx: Node "y" (Gemm): tinyml cannot compute my.own.Gemm',
    ],
    [
      'a tensor that nothing makes',
      { nodes: [{ operator: 'Relu', inputs: ['z'], outputs: ['y'] }] },
      'input',
      'net.onnx: Node "y" (Relu): it reads "z", which nothing before it makes.',
    ],
    [
      'a constant of another length',
      { constants: [{ name: 'w', shape: [1, 2], values: [2] }] },
      'input',
      'net.onnx: tensor "w" of shape [1, 2] has 4 bytes instead of 8.',
    ],
  ])('refuses %s', async (_, changes, kind, message) => {
    await expect(read({ ...DENSE, ...changes })).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
    });
  });
});
