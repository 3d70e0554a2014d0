/** Differences of small models made for it: each change is told once, by name, and nothing else is. */

import { describe, expect, it } from 'vitest';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { diffModels, type ModelDiff } from '../../../src/models/diff/diff-models.ts';
import type { RunDiff } from '../../../src/models/diff/diff-outputs.ts';
import { readModelFacts } from '../../../src/models/diff/model-facts.ts';
import { float32, int8, TestGraph } from '../../formats/tflite/models.ts';

interface Options {
  readonly scale?: number;
  readonly weight?: number;
  readonly activation?: 'none' | 'relu';
  readonly units?: number;
  readonly tail?: boolean;
  readonly name?: string;
}

/** x · weights + bias, then RELU, and LOGISTIC where there is a tail. */
function model({
  scale = 0.1,
  weight = 3,
  activation = 'none',
  units = 2,
  tail = false,
  name = 'y',
}: Options): Graph {
  const graph = new TestGraph();
  const input = graph.input(int8([1, 4], 0.05, 0));
  const weights = graph.constant(
    int8([units, 4], 0.02, 0),
    Int8Array.from({ length: 4 * units }, (_, index) => (index === 1 ? weight : index - 2)),
  );
  const dense = graph.node(
    'fully_connected',
    { activation, keepNumDims: false },
    [input, weights, undefined],
    graph.value(int8([1, units], scale, -7)),
  );
  const relu = graph.node('relu', {}, [dense], graph.value(int8([1, units], scale, -7), name));
  if (!tail) return graph.build(relu);
  return graph.build(graph.node('logistic', {}, [relu], graph.value(int8([1, units], 1 / 256, -128), 'p')));
}

function diff(a: Graph, b: Graph, records?: number[]): ModelDiff {
  const facts = [a, b].map((graph) => readModelFacts(writeTflite(graph)));
  return diffModels(
    facts[0],
    facts[1],
    records === undefined ? undefined : { shape: [records.length / 4, 4], data: Float32Array.from(records) },
  );
}

function ran({ outputs }: ModelDiff): RunDiff {
  if ('notRun' in outputs) throw new Error(outputs.notRun);
  return outputs;
}

describe('diff', () => {
  it('of a model with itself is empty', () => {
    const same = diff(model({}), model({}));
    expect(same).toMatchObject({ identical: true, model: [], operators: [] });
    expect(ran(same)).toMatchObject({
      records: 16,
      outputs: [
        {
          shape: [1, 2],
          maxDifference: 0,
          meanDifference: 0,
          differingRecords: 0,
          differingBytes: 0,
          comparedBytes: 32,
        },
      ],
      comparedLayers: 2,
    });
    expect(ran(same)).not.toHaveProperty('firstDifference');
    expect(same.figures.every(({ a, b }) => a.value === b.value)).toBe(true);
  });

  it('knows another name from another model', () => {
    const renamed = diff(model({ name: 'y' }), model({ name: 'another name' }));
    expect(renamed).toMatchObject({ identical: false, model: [], operators: [] });
  });

  it('tells elements of constants and what they do to the outputs', () => {
    const changed = diff(model({ weight: 3 }), model({ weight: 90 }), [0, 1, 0, 0, 0, 0, 0, 1]);
    expect(changed.model).toEqual([]);
    expect(changed.operators).toEqual([
      {
        subgraph: 0,
        change: 'changed',
        operator: 'FULLY_CONNECTED',
        a: 0,
        b: 0,
        differences: [{ what: 'input 1 elements', a: '8 in all', b: '1 of 8 different' }],
      },
    ]);
    // x = (0, 1, 0, 0): 3 · 0.02 = 0.06 is one step of 0.1, 90 · 0.02 = 1.8 are eighteen.
    const run = ran(changed);
    expect(run).toMatchObject({
      records: 2,
      inputs: 'given',
      firstDifference: { a: 0, b: 0, operator: 'FULLY_CONNECTED', differingRecords: 1 },
    });
    const [output] = run.outputs;
    expect(output).toMatchObject({ differingRecords: 1, differingBytes: 1, comparedBytes: 4 });
    expect(output.maxDifference).toBeCloseTo(1.7, 6);
    expect(output.meanDifference).toBeCloseTo(1.7 / 4, 6);
  });

  it('tells scales, and compares no bytes across them', () => {
    const changed = diff(model({ scale: 0.1 }), model({ scale: 0.2 }));
    const difference = { a: 'scale 0.100000001, zero point -7', b: 'scale 0.200000003, zero point -7' };
    expect(changed.operators.map(({ differences }) => differences)).toEqual([
      [{ what: 'output quantization', ...difference }],
      [{ what: 'output quantization', ...difference }],
    ]);
    expect(changed.model).toEqual([{ what: 'output quantization', ...difference }]);
    expect(ran(changed).comparedLayers).toBe(0);
    expect(ran(changed).outputs[0]).not.toHaveProperty('differingBytes');
  });

  it('tells attributes', () => {
    const changed = diff(model({}), model({ activation: 'relu' }));
    expect(changed.operators).toMatchObject([
      { a: 0, b: 0, differences: [{ what: 'activation', a: 'none', b: 'relu' }] },
    ]);
  });

  it('tells operators that came or went', () => {
    expect(diff(model({}), model({ tail: true })).operators).toEqual([
      { subgraph: 0, change: 'added', operator: 'LOGISTIC', b: 2, differences: [] },
    ]);
    expect(diff(model({ tail: true }), model({})).operators).toEqual([
      { subgraph: 0, change: 'removed', operator: 'LOGISTIC', a: 2, differences: [] },
    ]);
  });

  it('tells shapes, and runs nothing where those of inputs or outputs differ', () => {
    const changed = diff(model({}), model({ units: 3 }));
    expect(changed.model).toEqual([{ what: 'output shape', a: '[1, 2]', b: '[1, 3]' }]);
    expect(changed.operators[0].differences).toEqual([
      { what: 'input 1 shape', a: '[2, 4]', b: '[3, 4]' },
      { what: 'output shape', a: '[1, 2]', b: '[1, 3]' },
    ]);
    expect(changed.outputs).toEqual({ notRun: 'the outputs have the shapes [1, 2] and [1, 3]' });
  });

  it('tells an operand that comes from elsewhere', () => {
    const branches = (swap: boolean): Graph => {
      const graph = new TestGraph();
      const x = graph.input(float32(1, 4));
      const relu = graph.node('relu', {}, [x], graph.value(float32(1, 4)));
      const tanh = graph.node('tanh', {}, [x], graph.value(float32(1, 4)));
      const operands = swap ? [tanh, relu] : [relu, tanh];
      return graph.build(
        graph.node('sub', { activation: 'none' }, operands, graph.value(float32(1, 4), 'y')),
      );
    };
    expect(diff(branches(false), branches(true)).operators).toMatchObject([
      {
        operator: 'SUB',
        differences: [
          { what: 'input 0', a: 'output 0 of operator 0', b: 'output 0 of operator 1' },
          { what: 'input 1', a: 'output 0 of operator 1', b: 'output 0 of operator 0' },
        ],
      },
    ]);
    expect(ran(diff(branches(false), branches(true))).firstDifference).toMatchObject({
      a: 2,
      operator: 'SUB',
    });
  });

  it('draws the same records every time', () => {
    const twice = [0, 1].map(() => ran(diff(model({ weight: 3 }), model({ weight: 4 }))));
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0].inputs).toEqual([{ low: Math.fround(0.05) * -128, high: Math.fround(0.05) * 127 }]);
  });

  it('refuses records of another size', () => {
    const facts = readModelFacts(writeTflite(model({})));
    const records = { shape: [2, 3], data: new Float32Array(6) };
    expect(() => diffModels(facts, facts, records)).toThrow('do not have the 4 values');
  });
});
