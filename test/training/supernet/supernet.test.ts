import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createHeap } from '../../../src/kernels/training/heap.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { stepBytes } from '../../../src/training/compiled/training-heap.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import type { LayerInput } from '../../../src/training/layer-table.ts';
import { modelSpecSchema, toTopology } from '../../../src/training/model-spec.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { trainingSamples } from '../../../src/training/samples/sample-stream.ts';
import { Subnet } from '../../../src/training/supernet/subnet.ts';
import { Supernet, type SupernetJob, sharedLosses } from '../../../src/training/supernet/supernet.ts';
import { WeightPool } from '../../../src/training/supernet/weight-pool.ts';
import type { LabelledSamples } from '../../../src/training/trainer.ts';

const CLASSES = 3;

const picture = (first: number, second: number): LayerInput[] => [
  { type: 'Conv2D', name: 'one', filters: first, kernelSize: 3, padding: 'same', activation: 'relu' },
  { type: 'MaxPooling2D', name: 'pool', poolSize: 2 },
  { type: 'Conv2D', name: 'two', filters: second, kernelSize: 3, activation: 'relu' },
  { type: 'Flatten', name: 'flat' },
  { type: 'Dense', name: 'out', units: CLASSES, activation: 'softmax' },
];

/** Everything that carries channels on: normalized, depthwise, separable, added, averaged. */
const block = (width: number, units: number): LayerInput[] => [
  { type: 'Conv2D', name: 'stem', filters: width, kernelSize: 3, padding: 'same', useBias: false },
  { type: 'BatchNormalization', name: 'norm' },
  { type: 'DepthwiseConv2D', name: 'depth', kernelSize: 3, padding: 'same', depthMultiplier: 2 },
  { type: 'ReLU', name: 'relu' },
  { type: 'SeparableConv2D', name: 'separable', filters: width, kernelSize: 3, padding: 'same' },
  { type: 'Add', name: 'sum', inputs: ['norm', 'separable'] },
  { type: 'GlobalAveragePooling2D', name: 'mean' },
  { type: 'Dense', name: 'hidden', units, activation: 'tanh' },
  { type: 'Dense', name: 'out', units: CLASSES, activation: 'softmax' },
];

const INPUT: Shape = [8, 8, 2];

function topology(layers: readonly LayerInput[], input: Shape = INPUT) {
  return toTopology(modelSpecSchema.parse({ layers }), input);
}

function drawn(count: number, name: string): Float32Array {
  const random = createRandom(5, name);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Of classes by the sign of what comes first. */
function samplesOf(count: number, name: string): LabelledSamples {
  const size = elementCount(INPUT);
  const x = drawn(count * size, name);
  const y = new Float32Array(count * CLASSES);
  for (let row = 0; row < count; row++) {
    const [a, b] = [x[row * size], x[row * size + 1]];
    y[row * CLASSES + (a > 0.3 ? 0 : b > 0 ? 1 : 2)] = 1;
  }
  return {
    x: rowsInMemory({ data: x, shape: [count, ...INPUT] }),
    y: rowsInMemory({ data: y, shape: [count, CLASSES] }),
  };
}

const job = (...networks: readonly (readonly LayerInput[])[]): SupernetJob => ({
  networks: networks.map((layers) => topology(layers)),
  recipe: recipeSchema.parse({
    ...{ optimizer: 'adamw', weightDecay: 0.1, loss: 'categoricalCrossentropy', metrics: ['accuracy'] },
    ...{ epochs: 2, batchSize: 8, learningRate: 0.01 },
  }),
  seed: 4,
  train: samplesOf(36, 'train'),
  validation: samplesOf(20, 'validation'),
});

function outputOf(network: Subnet, places: Int32Array, values: Float32Array, inputs: Float32Array) {
  network.enter(createHeap(stepBytes(network.plan)));
  network.weights.set(Float32Array.from(places, (place) => values[place]));
  network.forward(inputs, network.plan.rows);
  return network.output.slice();
}

describe('a network of a supernet', () => {
  it.each([
    ['convolutions and Flatten', picture(5, 7), picture(2, 4)],
    ['what carries channels on', block(6, 9), block(3, 4)],
  ])('is the supernet without the channels behind its own: %s', (_, wide, narrow) => {
    const [whole, cut] = [wide, narrow].map((layers) => new Subnet(topology(layers), 4, 1));
    const pool = new WeightPool([whole.parts, cut.parts]);
    expect(pool.count).toBe(whole.parts.reduce((sum, { shape }) => sum + elementCount(shape), 0));
    const places = pool.places(cut.parts);
    expect(new Set(places).size).toBe(places.length);
    const [values, inputs] = [drawn(pool.count, 'weights'), drawn(4 * elementCount(INPUT), 'inputs')];
    const mask = new Float32Array(pool.count);
    for (const place of places) mask[place] = 1;
    const masked = values.map((value, place) => value * mask[place]);
    expect(outputOf(whole, pool.places(whole.parts), masked, inputs)).toEqual(
      outputOf(cut, places, values, inputs),
    );
    expect(outputOf(whole, pool.places(whole.parts), values, inputs)).not.toEqual(
      outputOf(cut, places, values, inputs),
    );
  });

  it('shares nothing with one of other windows but what has the same shape', () => {
    const [conv, ...others] = picture(2, 4);
    const [small, large] = [picture(2, 4), [{ ...conv, kernelSize: 5 } as LayerInput, ...others]].map(
      (layers) => new Subnet(topology(layers), 1, 1),
    );
    const shared = large.parts.filter(({ key }) => small.parts.some((part) => part.key === key));
    expect(shared.map(({ spec }) => spec.shape)).toEqual([[2], [3, 3, 2, 4], [4], [16, 3], [3]]);
  });

  it('shares the weights behind Flatten where there are as many places', () => {
    const behind = (size: number) =>
      new Subnet(topology(picture(2, 4), [size, size, 2]), 1, 1).parts.find(({ key }) =>
        key.startsWith('out/kernel'),
      );
    expect(behind(8)?.key).not.toBe(behind(12)?.key);
    expect(behind(8)?.shape).toEqual([4, 4, 3]);
  });
});

describe('a supernet', () => {
  it('of one network is that network in training', async () => {
    const alone = job([
      ...picture(3, 4).slice(0, 4),
      { type: 'Dropout', name: 'drop', rate: 0.3 },
      ...picture(3, 4).slice(4),
    ]);
    const [network] = alone.networks;
    const { history } = await createCompiledTrainer().trainer.train(
      { ...alone, topology: network, initialWeights: createInitialWeights(network, alone.seed) },
      { signal: new AbortController().signal, onEpoch() {} },
    );
    expect(await sharedLosses(alone)).toEqual([history[1].valLoss]);
  });

  it('gives the same losses again, and in plain loops', async () => {
    const shared = job(block(3, 4), block(6, 9), block(4, 9), block(6, 4), block(5, 5));
    const losses = await sharedLosses(shared);
    expect(await sharedLosses(shared)).toEqual(losses);
    expect(new Set(losses).size).toBe(5);
    const [simd, plain] = (['simd', 'plain'] as const).map((kind) => {
      const supernet = new Supernet(shared, kind);
      supernet.trainEpoch(trainingSamples(shared)(1), 0.01);
      return supernet.lossOf(1);
    });
    expect(plain).toBe(simd);
  });

  it('judges a network whatever others left in its memory', () => {
    const supernet = new Supernet(job(block(3, 4), picture(5, 7)));
    const before = supernet.lossOf(0);
    supernet.lossOf(1);
    expect(supernet.lossOf(0)).toBe(before);
  });

  it('normalizes with the statistics of its samples, however slowly they would move', () => {
    const of = (momentum: number): readonly LayerInput[] =>
      block(3, 4).map((layer) => (layer.type === 'BatchNormalization' ? { ...layer, momentum } : layer));
    const shared = job(of(0.99), of(0.25));
    const whole = { ...shared, recipe: { ...shared.recipe, batchSize: 36 } };
    const supernet = new Supernet(whole);
    // One batch: float32 rounds the two ways a little differently.
    expect(supernet.lossOf(1)).toBeCloseTo(supernet.lossOf(0), 5);
    expect(supernet.lossOf(0)).toBeLessThan(10);
  });

  it('stops when it is told to', async () => {
    await expect(sharedLosses(job(picture(2, 2)), AbortSignal.abort())).rejects.toMatchObject({
      kind: 'interrupted',
    });
  });
});
