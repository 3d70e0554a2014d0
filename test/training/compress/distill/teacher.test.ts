import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../../src/core/quant-params.ts';
import type { TensorData, TensorType } from '../../../../src/core/tensor.ts';
import { nodeOf } from '../../../../src/ir/builder.ts';
import type { Graph, Value } from '../../../../src/ir/graph.ts';
import { checkTeacher } from '../../../../src/training/compress/distill/check-teacher.ts';
import { headOf } from '../../../../src/training/compress/distill/head.ts';
import { createAnswers } from '../../../../src/training/compress/distill/teacher.ts';
import { rowsInMemory } from '../../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../../passes/run-pass.ts';
import { allRows } from '../../all-rows.ts';
import { drawnRows } from '../workshop.ts';

const classifier = (
  inputs: readonly number[],
  classes: number,
  end: 'softmax' | 'logistic' | 'none' = 'softmax',
) =>
  graphOf((b) => {
    const flat = inputs.reduce((size, length) => size * length, 1);
    const x = b.in('x', 1, ...inputs);
    const row = inputs.length === 1 ? x : b.add('reshape', 'flat', { newShape: [1, flat] }, [x]);
    const logits = b.dense('logits', row, classes);
    if (end === 'none') return [logits];
    return [
      end === 'softmax' ? b.add('softmax', 'p', { beta: 1 }, [logits]) : b.add('logistic', 'p', {}, [logits]),
    ];
  });

/** Two numbers of int8: logits are (x0, −x1 / 2) + 1. */
function int8Model(): Graph {
  const constant = (id: number, type: TensorType, data: TensorData): Value => ({
    id,
    name: `c${id}`,
    type,
    data,
  });
  const values: readonly Value[] = [
    { id: 0, name: 'x', type: { dtype: 'int8', shape: [1, 2], quant: perTensor(0.5, -10) } },
    constant(1, { dtype: 'int8', shape: [2, 2], quant: perTensor(0.25, 0) }, Int8Array.of(4, 0, 0, -2)),
    constant(2, { dtype: 'int32', shape: [2], quant: perTensor(0.125, 0) }, Int32Array.of(8, 8)),
    { id: 3, name: 'logits', type: { dtype: 'int8', shape: [1, 2], quant: perTensor(0.25, 3) } },
  ];
  const attributes = { activation: 'none', keepNumDims: false } as const;
  return {
    values: new Map(values.map((value) => [value.id, value])),
    nodes: [nodeOf('fully_connected', 'logits', attributes, [0, 1, 2], [3])],
    inputs: [0],
    outputs: [3],
  };
}

describe('headOf', () => {
  it('finds what stands in front of the probabilities', () => {
    const softmax = classifier([3], 4);
    expect(headOf(softmax)).toMatchObject({ kind: 'softmax', beta: 1, classes: 4, outputs: 4 });
    expect(headOf(softmax).value).toBe(softmax.nodes[0].outputs[0]);
    expect(headOf(classifier([3], 2, 'logistic'))).toMatchObject({ kind: 'logistic', outputs: 2 });
    const numbers = classifier([3], 2, 'none');
    expect(headOf(numbers)).toMatchObject({ kind: 'numbers', value: numbers.outputs[0] });
  });

  it('looks behind what only moves numbers', () => {
    const moved = graphOf((b) => {
      const p = b.add('softmax', 'p', { beta: 2 }, [b.in('x', 1, 3, 5)]);
      return [b.add('reshape', 'flat', { newShape: [1, 15] }, [p])];
    });
    expect(headOf(moved)).toMatchObject({ kind: 'softmax', beta: 2, classes: 5, outputs: 15 });
  });
});

describe('createAnswers', () => {
  const graph = classifier([3], 4);
  const { value } = headOf(graph);

  it('gives the same whether it remembers or not, of samples that it knows and of others', () => {
    const samples = drawnRows([3], 20);
    const others = drawnRows([3], 25);
    const inputs = Float32Array.from([...allRows(others), ...allRows(samples)]);
    const fresh = createAnswers(graph, [value, graph.outputs[0]]).of(inputs, 45);
    const remembered = createAnswers(graph, [value, graph.outputs[0]], [drawnRows([3], 5), samples]);
    for (let time = 0; time < 2; time++) expect(remembered.of(inputs, 45)).toEqual(fresh);
    expect(fresh.map(({ length }) => length)).toEqual([180, 180]);
    // Fewer rows than before, from the same buffers.
    expect(remembered.of(inputs.subarray(0, 6), 2)[1]).toEqual(fresh[1].slice(0, 8));
  });

  it('knows equal samples, and 0 from −0', () => {
    const samples = rowsInMemory({ data: Float32Array.of(0, 0, 1, 0, 0, 1, -0, 0, 1), shape: [3, 3] });
    const answers = createAnswers(graph, [value], [samples]);
    const [made] = answers.of(allRows(samples), 3);
    expect(made.slice(0, 4)).toEqual(made.slice(4, 8));
    expect(made.slice(8)).toEqual(made.slice(0, 4));
  });

  it('asks a model of integers, in its numbers', () => {
    // Inputs have steps of 0.5, so that 0.26 is 0.5.
    const [made] = createAnswers(int8Model(), [3]).of(Float32Array.of(1, 2, 0.26, -3), 2);
    expect([...made]).toEqual([2, 0, 1.5, 2.5]);
  });
});

function refusal(model: Graph, teacher: Graph): unknown {
  try {
    checkTeacher(model, teacher, 'big.h5');
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('checkTeacher', () => {
  const model = classifier([4, 4, 1], 10);

  it('takes teachers of the same samples and classes, flat or not, and those that give logits', () => {
    for (const teacher of [
      classifier([4, 4, 1], 10),
      classifier([16], 10),
      classifier([4, 4], 10),
      classifier([4, 4, 1], 10, 'none'),
    ]) {
      expect(refusal(model, teacher)).toBeUndefined();
    }
  });

  it.each([
    [
      'teacher-outputs',
      classifier([4, 4, 1], 12),
      'The teacher "big.h5" has 12 classes, and the model 10 classes',
    ],
    [
      'teacher-outputs',
      classifier([4, 4, 1], 9, 'none'),
      'The teacher "big.h5" has 9 classes, and the model 10 classes',
    ],
    [
      'teacher-input',
      classifier([5, 5, 1], 10),
      'The teacher "big.h5" takes samples of shape [5, 5, 1], and the model those of [4, 4, 1]',
    ],
    [
      'teacher-input',
      classifier([2, 8], 10),
      'The teacher "big.h5" takes samples of shape [2, 8], and the model those of [4, 4, 1]',
    ],
    [
      'teacher-kind',
      classifier([4, 4, 1], 10, 'logistic'),
      'The teacher "big.h5" gives a probability for each output (sigmoid), and the model probabilities of classes (softmax)',
    ],
  ])('refuses others with both: %s', (code, teacher, message) => {
    expect(refusal(model, teacher)).toMatchObject({ kind: 'usage', code, message });
  });

  it('refuses probabilities for a model of numbers, other outputs, and several of them', () => {
    const numbers = classifier([16], 2, 'none');
    expect(refusal(numbers, classifier([16], 2))).toMatchObject({ code: 'teacher-kind' });
    expect(refusal(numbers, classifier([16], 1, 'none'))).toMatchObject({
      code: 'teacher-outputs',
      message: 'The teacher "big.h5" has 1 output, and the model 2 outputs',
    });
    const several = graphOf((b) => {
      const x = b.in('x', 1, 16);
      return [b.dense('one', x, 2), b.dense('two', x, 2)];
    });
    expect(refusal(numbers, several)).toMatchObject({
      code: 'teacher-ends',
      message: 'The teacher "big.h5" has 1 input and 2 outputs, and one of each can teach',
    });
  });
});
