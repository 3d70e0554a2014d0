import { describe, expect, it } from 'vitest';
import { importModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { FUNCTION_DOMAIN, onnxBytes, type TestFunction, type TestModel, type TestNode } from './onnx-file.ts';

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: TestNode['attributes'] = {},
): TestNode {
  return { operator, inputs, outputs, attributes };
}

function call(name: string, inputs: readonly string[], attributes: TestNode['attributes'] = {}): TestNode {
  return { ...node(name, inputs, ['y'], attributes), domain: FUNCTION_DOMAIN };
}

/** Sums along an axis that the call gives, or its default, and adds the second input. */
const SUMMED: TestFunction = {
  name: 'Summed',
  inputs: ['a', 'b'],
  outputs: ['r'],
  nodes: [
    node('Constant', [], ['axis'], { value_int: { reference: 'along' } }),
    node('CumSum', ['a', 'axis'], ['s']),
    node('Add', ['s', 'b'], ['r']),
  ],
  defaults: { along: 1 },
};

const NET: TestModel = {
  inputs: [{ name: 'x', shape: [1, 3] }],
  outputs: ['y'],
  nodes: [call('Summed', ['x', 'x'])],
  functions: [SUMMED],
};

function read(model: TestModel) {
  return importModel(onnxBytes(model), { name: 'net.onnx' });
}

async function resultOf(model: TestModel) {
  const { graph } = await read(model);
  return [...createInterpreter(graph).invoke([Float32Array.of(1, 2, 3)])[0]];
}

describe('functions and branches of a file', () => {
  it('puts a function where it is called, with attributes of the call or their defaults', async () => {
    expect(await resultOf(NET)).toEqual([2, 5, 9]);
    expect(await resultOf({ ...NET, nodes: [call('Summed', ['x', 'x'], { along: 0 })] })).toEqual([2, 4, 6]);
  });

  it('calls functions within functions, whose tensors are their own', async () => {
    const outer: TestFunction = {
      name: 'Twice',
      inputs: ['s'],
      outputs: ['r'],
      nodes: [
        { ...call('Summed', ['s', 's']), outputs: ['a'] },
        { ...call('Summed', ['a', 's']), outputs: ['r'] },
      ],
    };
    expect(await resultOf({ ...NET, nodes: [call('Twice', ['x'])], functions: [SUMMED, outer] })).toEqual([
      3, 9, 19,
    ]);
  });

  it.each([
    [1, [2, 4, 6]],
    [0, [0, 0, 0]],
  ])('takes the branch of a known condition %j', async (condition, expected) => {
    const branches = {
      then_branch: { nodes: [node('Add', ['x', 'x'], ['r'])], outputs: ['r'] },
      else_branch: { nodes: [node('Sub', ['x', 'x'], ['r'])], outputs: ['r'] },
    };
    const nodes = [
      node('Constant', [], ['number'], { value_int: condition }),
      node('Cast', ['number'], ['is'], { to: 9 }),
      node('If', ['is'], ['y'], branches),
    ];
    expect(await resultOf({ ...NET, nodes })).toEqual(expected);
  });

  it('reads operator sets that are newer than it knows, and says so', async () => {
    const { notes } = await read({ ...NET, opset: 99 });
    expect(notes).toEqual([
      'its operators are of ONNX operator set 99, and tinyml knows those up to 23: they are read as these.',
    ]);
    expect((await read(NET)).notes).toEqual([]);
  });

  it.each<[string, Partial<TestModel>, string, string]>([
    [
      'a function that calls itself',
      {
        functions: [
          { ...SUMMED, nodes: [{ ...call('Other', ['a', 'b']), outputs: ['r'] }] },
          { ...SUMMED, name: 'Other', nodes: [{ ...call('Summed', ['a', 'b']), outputs: ['r'] }] },
        ],
      },
      'input',
      'Node "y/r/r" (Summed): it is a function that calls itself.',
    ],
    [
      'functions that double each other without end',
      {
        nodes: [call('F0', ['x'])],
        functions: Array.from({ length: 30 }, (_, index) => ({
          name: `F${index}`,
          inputs: ['a'],
          outputs: ['r'],
          nodes: [
            { ...call(`F${index + 1}`, ['a']), outputs: ['m'] },
            { ...call(`F${index + 1}`, ['m']), outputs: ['r'] },
          ].map((one) => (index === 29 ? { ...one, operator: 'Identity', domain: '' } : one)),
        })),
      },
      'unsupported',
      'The model has more than 65536 nodes.',
    ],
    [
      'an error in a function by the way to it',
      { functions: [{ ...SUMMED, nodes: [node('TopK', ['a'], ['r'])] }] },
      'unsupported',
      'Node "y/r" (TopK): tinyml cannot compute TopK',
    ],
    [
      'a tensor that is made twice',
      { nodes: [node('Relu', ['x'], ['y']), node('Relu', ['x'], ['y'])] },
      'input',
      'Node "y" (Relu): the tensor "y" is made twice.',
    ],
    [
      'a branch that the input decides',
      { nodes: [node('If', ['x'], ['y'])] },
      'unsupported',
      'Node "y" (If): which of its branches is taken depends on the inputs.',
    ],
    [
      'an attribute that only old operator sets have',
      { nodes: [node('Relu', ['x'], ['y'], { strange: 1 })], opset: 6 },
      'unsupported',
      'Node "y" (Relu): its attribute "strange" is one of operator set 6',
    ],
    [
      'more dimensions than are given',
      { inputs: [{ name: 'x', shape: ['batch', 'n', 'm'] }] },
      'unsupported',
      'input "x" has shape [batch, n, m], of which more than the batch is free.',
    ],
  ])('refuses %s', async (_, changes, kind, message) => {
    await expect(read({ ...NET, ...changes })).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
    });
  });
});
