import { describe, expect, it } from 'vitest';
import type { FloatModel } from '../../src/core/float-model.ts';
import { createRandom } from '../../src/core/random.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { equalizeUnits } from '../../src/training/equalize-units.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';

/** Weights whose columns differ a hundredfold. */
function unevenModel(layers: readonly object[]): FloatModel {
  const topology = toTopology(modelSpecSchema.parse({ layers }), [3]);
  const random = createRandom(5, 'uneven');
  const weights = createInitialWeights(topology, 1).map((weight) => {
    const columns = weight.shape.at(-1) ?? 1;
    const factors = Float32Array.from({ length: columns }, () => 10 ** (2 * random.uniform() - 1));
    return { ...weight, data: weight.data.map((value, i) => (value + 0.01) * factors[i % columns]) };
  });
  return { topology, weights };
}

function outputs(model: FloatModel): number[] {
  const { invoke } = createInterpreter(importKeras(model));
  const random = createRandom(6, 'inputs');
  return Array.from({ length: 20 }, () => {
    const input = Float32Array.from({ length: 3 }, () => 4 * random.uniform() - 2);
    return Array.from(invoke([input])[0], Number);
  }).flat();
}

/** Largest magnitude of each unit: over a column of `kernel`, or over a row of the next one. */
function extents(model: FloatModel, name: string, by: 'column' | 'row'): number[] {
  const { shape, data } = model.weights.find(
    (weight) => weight.name === name,
  ) as FloatModel['weights'][number];
  const [rows, columns] = shape;
  return Array.from({ length: by === 'column' ? columns : rows }, (_, unit) =>
    Math.max(
      ...Array.from({ length: by === 'column' ? rows : columns }, (_, i) =>
        Math.abs(by === 'column' ? data[i * columns + unit] : data[unit * columns + i]),
      ),
    ),
  );
}

describe('equalizeUnits', () => {
  const relu = [
    { type: 'Dense', units: 8, activation: 'relu' },
    { type: 'Dropout', rate: 0.1 },
    { type: 'Dense', units: 2 },
  ];

  it('keeps what the network computes', () => {
    const before = unevenModel(relu);
    const after = equalizeUnits(before);
    const expected = outputs(before);
    for (const [i, value] of outputs(after).entries()) {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i])));
    }
    expect(after.weights[0].data).not.toEqual(before.weights[0].data);
  });

  it('makes incoming and outgoing weights of a unit equally large', () => {
    const after = equalizeUnits(unevenModel(relu));
    const incoming = extents(after, 'dense/kernel', 'column');
    for (const [unit, outgoing] of extents(after, 'dense_1/kernel', 'row').entries()) {
      expect(incoming[unit] / outgoing).toBeCloseTo(1, 5);
    }
  });

  it.each(['tanh', 'relu6', 'linear'])('leaves %s units alone, which cannot be scaled', (activation) => {
    const model = unevenModel([
      { type: 'Dense', units: 8, activation },
      { type: 'Dense', units: 2 },
    ]);
    expect(equalizeUnits(model).weights).toEqual(model.weights);
  });

  it('does not reach across other layers', () => {
    const model = unevenModel([
      { type: 'Dense', units: 8, activation: 'relu' },
      { type: 'Softmax' },
      { type: 'Dense', units: 2 },
    ]);
    expect(equalizeUnits(model).weights).toEqual(model.weights);
  });

  const branching = (...layers: object[]): object[] => [
    { type: 'Dense', units: 8, activation: 'relu', name: 'first' },
    { type: 'Dense', units: 8, activation: 'relu', name: 'second' },
    ...layers,
  ];

  it('leaves units alone that two layers read', () => {
    const model = unevenModel(
      branching({ type: 'Add', inputs: ['first', 'second'] }, { type: 'Dense', units: 2 }),
    );
    expect(equalizeUnits(model).weights).toEqual(model.weights);
  });

  it('follows what a layer reads, not what stands before it', () => {
    const before = unevenModel(
      branching(
        { type: 'Dropout', rate: 0.5, inputs: ['second'] },
        { type: 'Dense', units: 8, activation: 'relu', inputs: ['first'], name: 'third' },
        { type: 'Dense', units: 3, inputs: ['dropout'], name: 'fourth' },
        { type: 'Concatenate', inputs: ['third', 'fourth'] },
      ),
    );
    const after = equalizeUnits(before);
    const changed = after.weights.filter(({ data }, index) =>
      data.some((x, i) => x !== before.weights[index].data[i]),
    );
    // Only "second" is read by one Dense layer; what follows "third" is none.
    expect(changed.map(({ name }) => name)).toEqual(['second/kernel', 'second/bias', 'fourth/kernel']);
    const expected = outputs(before);
    for (const [i, value] of outputs(after).entries()) {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i])));
    }
  });
});
