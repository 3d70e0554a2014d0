import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import type { TensorData, TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { GraphBuilder, nodeOf } from '../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';

const int8 = (scale: number, zeroPoint: number, ...shape: number[]): TensorType => ({
  dtype: 'int8',
  shape,
  quant: perTensor(scale, zeroPoint),
});

/** Two inputs; a constant; softmax, which keeps a row of scratch; two outputs, one of them read on. */
function graph(): Graph {
  const types = [
    int8(0.1, 0, 2, 3),
    int8(0.05, -10, 3),
    int8(0.1, 5, 3),
    int8(0.1, 0, 2, 3),
    int8(0.02, 1, 2, 3),
    int8(1 / 256, -128, 2, 3),
  ];
  const data = Int8Array.of(20, -30, 40);
  const none = { activation: 'none' } as const;
  return {
    values: new Map(
      types.map((type, id) => [id, { id, name: `t${id}`, type, ...(id === 2 ? { data } : {}) }]),
    ),
    nodes: [
      nodeOf('add', '', none, [0, 1], [3]),
      nodeOf('mul', '', none, [3, 2], [4]),
      nodeOf('softmax', '', { beta: 1 }, [3], [5]),
    ],
    inputs: [0, 1],
    outputs: [5, 3],
  };
}

const random = createRandom(3, 'interpreter test');
const record = (): [Int8Array, Int8Array] => [
  Int8Array.from({ length: 6 }, () => random.below(256) - 128),
  Int8Array.from({ length: 3 }, () => random.below(256) - 128),
];
const copies = (outputs: readonly TensorData[]): number[][] =>
  outputs.map((data) => Array.from(data, Number));

describe('interpreter', () => {
  it('tells the types of inputs and outputs', () => {
    const { values, inputs, outputs } = graph();
    const interpreter = createInterpreter(graph());
    expect(interpreter.inputs).toEqual(inputs.map((id) => values.get(id)?.type));
    expect(interpreter.outputs).toEqual(outputs.map((id) => values.get(id)?.type));
  });

  it('shows every input and every node output, in order, as computed', () => {
    const seen: [ValueId, number[]][] = [];
    const [a, b] = record();
    const outputs = createInterpreter(graph()).invoke([a, b], (id, data) =>
      seen.push([id, Array.from(data, Number)]),
    );
    expect(seen.map(([id]) => id)).toEqual([0, 1, 3, 4, 5]);
    expect(seen[0][1]).toEqual(Array.from(a));
    expect(seen[1][1]).toEqual(Array.from(b));
    const values = new Map(seen);
    expect(copies(outputs)).toEqual([values.get(5), values.get(3)]);
    expect(new Set(values.get(4)).size).toBeGreaterThan(1);
  });

  it('gives a record the same result whatever came before it', () => {
    const records = Array.from({ length: 20 }, record);
    const one = createInterpreter(graph());
    const inOrder = records.map((operands) => copies(one.invoke(operands)));
    const reversed = [...records].reverse().map((operands) => copies(one.invoke(operands)));
    const alone = records.map((operands) => copies(createInterpreter(graph()).invoke(operands)));
    expect(inOrder).toEqual(alone);
    expect(reversed.reverse()).toEqual(alone);
    expect(new Set(alone.map((outputs) => JSON.stringify(outputs))).size).toBeGreaterThan(10);
  });

  it('copies its inputs and leaves them and the constants alone', () => {
    const shared = graph();
    const interpreter = createInterpreter(shared);
    const operands = record();
    const before = copies(operands);
    const outputs = copies(interpreter.invoke(operands));
    expect(copies(operands)).toEqual(before);
    expect(Array.from(shared.values.get(2)?.data ?? [], Number)).toEqual([20, -30, 40]);
    const kept = operands.map((operand) => operand.slice());
    for (const operand of operands) operand.fill(0);
    expect(copies(interpreter.invoke(kept))).toEqual(outputs);
  });

  it('does not mix two interpreters of one graph', () => {
    const shared = graph();
    const [one, other] = [createInterpreter(shared), createInterpreter(shared)];
    const outputs = one.invoke(record());
    const before = copies(outputs);
    other.invoke(record());
    expect(copies(outputs)).toEqual(before);
  });

  it('takes its own outputs as inputs', () => {
    const builder = new GraphBuilder();
    const type: TensorType = { dtype: 'float32', shape: [2] };
    const [x, y] = [builder.input('x', type), builder.input('y', type)];
    const none = { activation: 'none' } as const;
    const results = [builder.add('add', 'a', none, [x, y]), builder.add('sub', 's', none, [x, y])];
    // By now nobody needs x and y any more.
    const outputs = results.map((id, index) => builder.add('relu', `${index}`, {}, [id]));
    const { invoke } = createInterpreter(builder.build(outputs));
    const [sum, difference] = invoke([Float32Array.of(5, 7), Float32Array.of(1, 2)]);
    expect(copies([sum, difference])).toEqual([
      [6, 9],
      [4, 5],
    ]);
    expect(copies(invoke([difference, sum]))).toEqual([
      [10, 14],
      [0, 0],
    ]);
  });

  it('refuses inputs of another length, which would keep a part of the record before', () => {
    const interpreter = createInterpreter(graph());
    const [a, b] = record();
    expect(() => interpreter.invoke([a.subarray(1), b])).toThrow(
      /^Input 0 .* takes 6 values of \w+ and was given 5 /,
    );
    expect(() => interpreter.invoke([a])).toThrow(/^Input 1 .* takes 3 values of \w+ and was given nothing/);
    expect(() => interpreter.invoke([new Float64Array(6) as unknown as Float32Array, b])).toThrow(
      /6 values in a Float64Array/,
    );
  });

  it('refuses a graph whose input has no kernel', () => {
    const types: TensorType[] = [
      { dtype: 'float32', shape: [1] },
      { dtype: 'float32', shape: [1] },
    ];
    const unchecked: Graph = {
      values: new Map(types.map((type, id) => [id, { id, name: '', type }])),
      nodes: [nodeOf('dequantize', 'back', {}, [0], [1])],
      inputs: [0],
      outputs: [1],
    };
    expect(() => createInterpreter(unchecked)).toThrow('DEQUANTIZE "back" has no kernel for float32');
  });

  it('runs a graph whose output is its input', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'float32', shape: [2] });
    const interpreter = createInterpreter(builder.build([x]));
    expect(copies(interpreter.invoke([Float32Array.of(1, 2)]))).toEqual([[1, 2]]);
  });
});
