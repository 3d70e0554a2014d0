import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { constant, graphBytes, integers, placeholder, type TestNode } from './graph-file.ts';

async function outputOf(bytes: Uint8Array, input: readonly number[]): Promise<number[]> {
  const [output] = createInterpreter(await readModel(bytes)).invoke([Float32Array.from(input)]);
  return Array.from(output, Number);
}

const AXES = integers('axes', [2], [1, 0]);

/** x [1, 2, 3] under one operator. */
async function ofOne(node: Omit<TestNode, 'name'>, ...constants: readonly TestNode[]) {
  const bytes = graphBytes([placeholder('x', [-1, 2, 3]), ...constants, { ...node, name: 'y' }]);
  const graph = await readModel(bytes);
  const [output] = createInterpreter(graph).invoke([Float32Array.of(1, 2, 3, 4, 5, 6)]);
  return { shape: getValue(graph, graph.outputs[0]).type.shape, values: Array.from(output, Number) };
}

function number(name: string, value: number): TestNode {
  return integers(name, [], [value]);
}

describe('operators of TensorFlow', () => {
  it('takes the batch as 1 and multiplies by weights as TensorFlow has them', async () => {
    const bytes = graphBytes([
      placeholder('x', [-1, 2]),
      constant('w', [2, 3], [1, 2, 3, 4, 5, 6]),
      { name: 'product', operator: 'MatMul', inputs: ['x', 'w'] },
      constant('b', [3], [0.5]),
      { name: 'sum', operator: 'BiasAdd', inputs: ['product', 'b'] },
      { name: 'Identity', operator: 'Identity', inputs: ['sum', '^product'] },
    ]);
    expect(await outputOf(bytes, [1, 10])).toEqual([41.5, 52.5, 63.5]);
  });

  it.each([
    [[0], false, [2], [4, 18]],
    [[-1], true, [2, 1], [6, 12]],
    [[0, 1], false, [], [72]],
  ])('multiplies known sizes along %j', async (axes, keep_dims, shape, values) => {
    const bytes = graphBytes([
      placeholder('x', [1, 1]),
      integers('sizes', [2, 2], [2, 3, 2, 6]),
      integers('axes', [axes.length], axes),
      { name: 'product', operator: 'Prod', inputs: ['sizes', 'axes'], attributes: { keep_dims } },
      { name: 'real', operator: 'Cast', inputs: ['product'], attributes: { DstT: { type: 1 } } },
      { name: 'y', operator: 'Mul', inputs: ['x', 'real'] },
    ]);
    const graph = await readModel(bytes);
    const [output] = createInterpreter(graph).invoke([Float32Array.of(1)]);
    expect(output).toHaveLength(shape.reduce((count, size) => count * size, 1));
    expect(Array.from(output, Number)).toEqual(values);
  });

  it('refuses weights of other sizes than the rows', async () => {
    const bytes = graphBytes([
      placeholder('x', [-1, 6]),
      constant('w', [4, 1], [1, 2, 3, 4]),
      { name: 'y', operator: 'MatMul', inputs: ['x', 'w'] },
    ]);
    await expect(readModel(bytes)).rejects.toThrow('it multiplies rows of 6 numbers by columns of 4.');
  });

  it('refuses shapes of other inputs and of other dimensions', async () => {
    const bytes = graphBytes([placeholder('x', [-1, 2]), { name: 'y', operator: 'Relu', inputs: ['x'] }]);
    const read = (name: string, shape: readonly number[]) =>
      readModel(bytes, { shapes: new Map([[name, shape]]) });
    await expect(read('z', [1, 2])).rejects.toThrow('A shape is given for "z", which is no input of it');
    await expect(read('x', [1, 2, 2])).rejects.toThrow(
      'input "x" has 2 dimensions, and [1, 2, 2] is given for it',
    );
    const graph = await read('x', [1, 3]);
    expect(getValue(graph, graph.inputs[0]).type.shape).toEqual([1, 3]);
  });

  it('names nodes that are computed where it has none of that name', async () => {
    const bytes = graphBytes([
      placeholder('x', [-1, 2]),
      constant('w', [2], [1, 2]),
      { name: 'y', operator: 'Mul', inputs: ['x', 'w'] },
    ]);
    await expect(readModel(bytes, { outputs: ['z'] })).rejects.toMatchObject({
      message: expect.stringContaining('The file has no node "z".'),
      hint: 'Nodes that are computed from its placeholders: x, y.',
    });
  });

  it('reads nodes in any order', async () => {
    const bytes = graphBytes([
      { name: 'y', operator: 'Relu', inputs: ['z:0'] },
      { name: 'z', operator: 'Neg', inputs: ['x'] },
      placeholder('x', [1, 2]),
    ]);
    expect(await outputOf(bytes, [1, -2])).toEqual([0, 2]);
  });

  it.each([
    [{ begin_mask: 1, end_mask: 1 }, [0, 0], [0, 1], [1, 1], [1, 1, 3], [1, 2, 3]],
    [{ ellipsis_mask: 1, shrink_axis_mask: 2 }, [0, -1], [0, 0], [1, 1], [1, 2], [3, 6]],
    [
      { new_axis_mask: 1, begin_mask: 2, end_mask: 2 },
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1, 2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
    [
      { ellipsis_mask: 1, begin_mask: 2, end_mask: 2 },
      [0, 0],
      [0, 0],
      [1, -1],
      [1, 2, 3],
      [3, 2, 1, 6, 5, 4],
    ],
  ])('slices with %o', async (attributes, begin, end, strides, shape, values) => {
    const result = await ofOne(
      { operator: 'StridedSlice', inputs: ['x', 'begin', 'end', 'strides'], attributes },
      integers('begin', [2], begin),
      integers('end', [2], end),
      integers('strides', [2], strides),
    );
    expect(result).toEqual({ shape, values });
  });

  it.each([
    ['abc,cd->abd', [1, 2, 2], [4, 5, 10, 11]],
    ['abc,cd->adb', [1, 2, 2], [4, 10, 5, 11]],
    ['abc,cd->bad', [2, 1, 2], [4, 5, 10, 11]],
  ])('computes %s', async (equation, shape, values) => {
    const node = { operator: 'Einsum', inputs: ['x', 'w'], attributes: { equation } };
    expect(await ofOne(node, constant('w', [3, 2], [1, 0, 0, 1, 1, 1]))).toEqual({ shape, values });
  });

  it('folds what shapes and constants decide', async () => {
    const result = await ofOne(
      { operator: 'Reshape', inputs: ['x', 'shape'] },
      { name: 'sizes', operator: 'Shape', inputs: ['x'] },
      number('zero', 0),
      number('six', 6),
      { name: 'batch', operator: 'GatherV2', inputs: ['sizes', 'zero', 'zero'] },
      { name: 'shape', operator: 'Pack', inputs: ['batch', 'six'] },
    );
    expect(result).toEqual({ shape: [1, 6], values: [1, 2, 3, 4, 5, 6] });
  });

  it('sums over axes', async () => {
    const node = { operator: 'Sum', inputs: ['x', 'axis'], attributes: { keep_dims: true } };
    expect(await ofOne(node, number('axis', -1))).toEqual({ shape: [1, 2, 1], values: [6, 15] });
  });

  it('splits and joins', async () => {
    const result = await ofOne(
      { operator: 'ConcatV2', inputs: ['parts:2', 'parts', 'axis'] },
      number('axis', 2),
      { name: 'parts', operator: 'Split', inputs: ['axis', 'x'], attributes: { num_split: 3 } },
    );
    expect(result).toEqual({ shape: [1, 2, 2], values: [3, 1, 6, 4] });
  });
});

describe('loops, branches and functions', () => {
  const loop = (most: number) =>
    graphBytes(
      [
        placeholder('x', [1, 2]),
        number('zero', 0),
        number('most', most),
        {
          name: 'while',
          operator: 'While',
          inputs: ['zero', 'x', 'most'],
          attributes: { cond: { function: 'goes_on' }, body: { function: 'step' } },
        },
        { name: 'Identity', operator: 'Identity', inputs: ['while:1'] },
      ],
      [
        {
          name: 'goes_on',
          inputs: ['i', 'x', 'most'],
          nodes: [{ name: 'less', operator: 'Less', inputs: ['i', 'most'] }],
          results: { result: 'less:z:0' },
        },
        {
          name: 'step',
          inputs: ['i', 'x', 'most'],
          nodes: [
            number('one', 1),
            constant('two', [], [2]),
            { name: 'next', operator: 'AddV2', inputs: ['i', 'one:output:0'] },
            { name: 'twice', operator: 'Mul', inputs: ['x', 'two:output:0'] },
          ],
          results: { i: 'next:z:0', x: 'twice:z:0', most: 'most' },
        },
      ],
    );

  it('runs a loop of a known number of steps', async () => {
    expect(await outputOf(loop(5), [1, 3])).toEqual([32, 96]);
  });

  it('refuses a loop of too many steps', async () => {
    await expect(readModel(loop(5000))).rejects.toMatchObject({ kind: 'unsupported', code: 'loop-too-long' });
  });

  it('runs what the first control flow of TensorFlow is made of', async () => {
    const bytes = graphBytes([
      placeholder('x', [1, 2]),
      number('zero', 0),
      { name: 'enter_i', operator: 'Enter', inputs: ['zero'] },
      { name: 'enter_x', operator: 'Enter', inputs: ['x'] },
      { name: 'i', operator: 'Merge', inputs: ['enter_i', 'next_i'] },
      { name: 'v', operator: 'Merge', inputs: ['enter_x', 'next_v'] },
      number('three', 3),
      { name: 'less', operator: 'Less', inputs: ['i', 'three'] },
      { name: 'condition', operator: 'LoopCond', inputs: ['less'] },
      { name: 'switch_i', operator: 'Switch', inputs: ['i', 'condition'] },
      { name: 'switch_v', operator: 'Switch', inputs: ['v', 'condition'] },
      number('one', 1),
      { name: 'more', operator: 'AddV2', inputs: ['switch_i:1', 'one'] },
      { name: 'sum', operator: 'AddV2', inputs: ['switch_v:1', 'switch_v:1'] },
      { name: 'next_i', operator: 'NextIteration', inputs: ['more'] },
      { name: 'next_v', operator: 'NextIteration', inputs: ['sum'] },
      { name: 'exit', operator: 'Exit', inputs: ['switch_v'] },
      { name: 'Identity', operator: 'Identity', inputs: ['exit'] },
    ]);
    expect(await outputOf(bytes, [1, -1])).toEqual([8, -8]);
  });

  it('takes the branch that a constant decides', async () => {
    const bytes = graphBytes([
      placeholder('x', [1, 2]),
      number('zero', 0),
      number('one', 1),
      { name: 'decided', operator: 'Less', inputs: ['one', 'zero'] },
      { name: 'switch', operator: 'Switch', inputs: ['x', 'decided'] },
      { name: 'no', operator: 'Neg', inputs: ['switch:0'] },
      { name: 'yes', operator: 'Exp', inputs: ['switch:1'] },
      { name: 'y', operator: 'Merge', inputs: ['no', 'yes'] },
      { name: 'Identity', operator: 'Identity', inputs: ['y'] },
    ]);
    expect(await outputOf(bytes, [1, -1])).toEqual([-1, 1]);
  });

  it.each([
    [0, [-1, 2]],
    [1, [3, -6]],
    [7, [3, -6]],
    [-1, [3, -6]],
  ])('takes branch %d of a case', async (index, expected) => {
    const branch = (name: string, factor: number) => ({
      name,
      inputs: ['a'],
      nodes: [
        constant('factor', [], [factor]),
        { name: 'product', operator: 'Mul', inputs: ['a', 'factor:output:0'] },
      ],
      results: { r: 'product:z:0' },
    });
    const bytes = graphBytes(
      [
        placeholder('x', [1, 2]),
        number('index', index),
        {
          name: 'y',
          operator: 'StatelessCase',
          inputs: ['index', 'x'],
          attributes: { branches: { functions: ['minus', 'thrice'] } },
        },
      ],
      [branch('minus', -1), branch('thrice', 3)],
    );
    expect(await outputOf(bytes, [1, -2])).toEqual(expected);
  });

  it.each(['If', 'StatelessIf'])('takes the branch of %s that a constant decides', async (operator) => {
    const branch = (name: string, inside: string) => ({
      name,
      inputs: ['a'],
      nodes: [{ name: 'made', operator: inside, inputs: ['a'] }],
      results: { r: 'made:y:0' },
    });
    const bytes = graphBytes(
      [
        placeholder('x', [1, 2]),
        number('one', 1),
        {
          name: 'y',
          operator,
          inputs: ['one', 'x'],
          attributes: { then_branch: { function: 'minus' }, else_branch: { function: 'same' } },
        },
      ],
      [branch('minus', 'Neg'), branch('same', 'Identity')],
    );
    expect(await outputOf(bytes, [1, -2])).toEqual([-1, 2]);
  });

  it('says which node calls what the file does not have', async () => {
    const call = {
      name: 'y',
      operator: 'PartitionedCall',
      inputs: ['x'],
      attributes: { f: { function: 'gone' } },
    };
    await expect(readModel(graphBytes([placeholder('x', [1]), call]))).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/Node "y" \(PartitionedCall\).*"gone"/),
    });
  });

  it('refuses functions that call themselves', async () => {
    const call = { operator: 'PartitionedCall', attributes: { f: { function: 'f' } } };
    const bytes = graphBytes(
      [placeholder('x', [1]), { ...call, name: 'y', inputs: ['x'] }],
      [
        {
          name: 'f',
          inputs: ['a'],
          nodes: [{ ...call, name: 'b', inputs: ['a'] }],
          results: { r: 'b:output:0' },
        },
      ],
    );
    await expect(readModel(bytes)).rejects.toMatchObject({ kind: 'unsupported', code: 'functions-too-deep' });
  });
});

describe('graphs that cannot be read', () => {
  it.each([
    [
      'a cycle',
      [
        placeholder('x', [1]),
        { name: 'a', operator: 'AddV2', inputs: ['x', 'b'] },
        { name: 'b', operator: 'Relu', inputs: ['a'] },
        { name: 'y', operator: 'Relu', inputs: ['b'] },
      ],
      { kind: 'input', message: expect.stringContaining('reads it again') },
    ],
    [
      'a node that reads itself',
      [
        placeholder('x', [1]),
        { name: 'a', operator: 'AddV2', inputs: ['x', 'a'] },
        { name: 'y', operator: 'Neg', inputs: ['a'] },
      ],
      { kind: 'input', message: expect.stringContaining('Node "a"') },
    ],
    [
      'a missing node',
      [placeholder('x', [1]), { name: 'y', operator: 'AddV2', inputs: ['x', 'nothing'] }],
      { kind: 'input', message: expect.stringContaining('"nothing"') },
    ],
    [
      'an unknown operator',
      [placeholder('x', [1]), { name: 'y', operator: 'Lgamma', inputs: ['x'] }],
      { kind: 'unsupported', message: expect.stringContaining('Node "y" (Lgamma)') },
    ],
    [
      'an operator that is refused by name',
      [placeholder('x', [1]), { name: 'y', operator: 'TopKV2', inputs: ['x', 'x'] }],
      {
        kind: 'unsupported',
        message: expect.stringContaining('sorts nothing'),
        hint: expect.stringContaining('--outputs'),
      },
    ],
    [
      'branches that an input decides',
      [
        placeholder('x', []),
        { name: 'y', operator: 'Case', inputs: ['x', 'x'], attributes: { branches: { functions: ['f'] } } },
      ],
      {
        kind: 'unsupported',
        message: expect.stringContaining('Node "y" (Case)'),
        code: 'dynamic-control-flow',
      },
    ],
    [
      'a batch normalization that trains',
      [
        placeholder('x', [1, 1, 1, 1]),
        {
          name: 'y',
          operator: 'FusedBatchNormV3',
          inputs: ['x', 'x', 'x', 'x', 'x'],
          attributes: { is_training: true },
        },
      ],
      { kind: 'unsupported', message: expect.stringContaining('training mode') },
    ],
    [
      'a free size',
      [placeholder('x', [-1, -1]), { name: 'y', operator: 'Neg', inputs: ['x'] }],
      { kind: 'unsupported', hint: 'Give it with "--shape x=1xN".' },
    ],
    [
      'a variable',
      [
        placeholder('x', [1]),
        { name: 'v', operator: 'VariableV2' },
        { name: 'y', operator: 'AddV2', inputs: ['x', 'v'] },
      ],
      { kind: 'unsupported', code: 'not-frozen' },
    ],
    [
      'a decision of an input',
      [
        placeholder('x', []),
        constant('zero', [], [0]),
        { name: 'decided', operator: 'Less', inputs: ['x', 'zero'] },
        { name: 'switch', operator: 'Switch', inputs: ['x', 'decided'] },
        { name: 'y', operator: 'Merge', inputs: ['switch', 'switch:1'] },
        { name: 'Identity', operator: 'Identity', inputs: ['y'] },
      ],
      { kind: 'unsupported', code: 'dynamic-control-flow' },
    ],
  ] as const)('says what is wrong with %s', async (_, nodes, error) => {
    await expect(readModel(graphBytes(nodes))).rejects.toMatchObject(error);
  });

  it('reads damaged files or says so', async () => {
    const whole = graphBytes([
      placeholder('x', [1, 2]),
      AXES,
      { name: 'y', operator: 'Transpose', inputs: ['x', 'axes'] },
    ]);
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const damaged = Uint8Array.from(whole);
        damaged[at] = value;
        const reading = readModel(damaged).then(
          () => 'read',
          (error: { kind: string }) => error.kind,
        );
        expect(['read', 'input', 'unsupported']).toContain(await reading);
      }
    }
  });
});
