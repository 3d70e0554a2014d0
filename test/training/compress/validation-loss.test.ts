import { expect, it } from 'vitest';
import { validationLoss } from '../../../src/training/compress/validation-loss.ts';
import { trainGraph } from '../../../src/training/graph/train-graph.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { classRows, drawnRows, workshopFor } from './workshop.ts';

const RECIPE = { metrics: [], epochs: 1, learningRate: 1e-12, batchSize: 7 };

const CASES = [
  ['classes', 'categoricalCrossentropy', { x: drawnRows([6]), y: classRows(3) }],
  ['numbers', 'huber', { x: drawnRows([6]), y: drawnRows([3]) }],
] as const;

it.each(CASES)('is what a training says that changes nothing: %s', async (_, loss, samples) => {
  const graph = graphOf((b) => {
    const out = b.dense('out', b.dense('hidden', b.in('x', 1, 6), 8, 'relu'), 3);
    return [loss === 'huber' ? out : b.add('softmax', 'p', { beta: 1 }, [out])];
  });
  const { signal, recipe, ...workshop } = workshopFor(samples, {
    recipe: recipeSchema.parse({ ...RECIPE, loss }),
  });
  const { history } = await trainGraph({ ...workshop, recipe, graph }, { signal, onEpoch() {} });
  expect(validationLoss(graph, { ...workshop, recipe })).toBeCloseTo(history[0].valLoss, 5);
});

it('is the distance of an autoencoder from its input', () => {
  const graph = graphOf((b) => [b.dense('out', b.in('x', 1, 6), 6)]);
  const zero = {
    ...graph,
    values: new Map(
      [...graph.values].map(([id, value]) => [
        id,
        value.data === undefined ? value : { ...value, data: new Float32Array(value.data.length) },
      ]),
    ),
  };
  const x = drawnRows([6]);
  const values = new Float32Array(240);
  x.read(0, 40, values);
  const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  expect(validationLoss(zero, workshopFor({ x, y: 'input' }))).toBeCloseTo(square, 6);
});
