/** The compiled engine on both kinds of memory, where SIMD is missing, and where memory is short. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { IMAGE, jobOf, train } from './job.ts';
import { endedCase, LAYER_CASES } from './layer-cases.ts';

const LAYERS = [
  { type: 'Conv2D', filters: 6, kernelSize: 3, useBias: false },
  { type: 'BatchNormalization' },
  { type: 'ReLU' },
  { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', activation: 'relu6', name: 'depthwise' },
  { type: 'Add', inputs: ['re_lu', 'depthwise'] },
  { type: 'Concatenate', inputs: ['add', 're_lu'] },
  { type: 'MaxPooling2D' },
  { type: 'Flatten' },
  { type: 'Dropout', rate: 0.2 },
  { type: 'Dense', units: 7, activation: 'tanh' },
  { type: 'Dense', units: 3, activation: 'softmax' },
];
/** Everything that decides an update. */
const RULES = [
  { optimizer: 'sgd', momentum: 0.9 },
  { optimizer: 'sgd', momentum: 0.9, nesterov: true, clipValue: 0.1 },
  { optimizer: 'rmsprop', schedule: { type: 'cosine' } },
  { optimizer: 'adamw', weightDecay: 0.01, clipNorm: 0.3, loss: 'huber' },
  { optimizer: 'adam', loss: 'mae', metrics: ['mse'] },
];
const RECIPE = {
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
  optimizer: 'adam',
  learningRate: 0.01,
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('the compiled engine', () => {
  it.each<[string, TrainingJob]>([
    ['a network of most layers', jobOf(LAYERS, IMAGE, RECIPE, 3, 'classes')],
    ...LAYER_CASES.map(([name, shape, layers]): [string, TrainingJob] => [
      name,
      jobOf(endedCase(shape, layers), shape, { optimizer: 'adam' }),
    ]),
    ...RULES.map((rule): [string, TrainingJob] => [
      JSON.stringify(rule),
      jobOf(
        [
          { type: 'Dense', units: 7, activation: 'tanh' },
          { type: 'Dense', units: 3 },
        ],
        [6],
        rule,
      ),
    ]),
  ])('learns the same bytes on both kinds of memory: %s', async (_, job) => {
    const simd = await train(createCompiledTrainer('simd').trainer, job);
    expect(await train(createCompiledTrainer('plain').trainer, job)).toStrictEqual(simd);
  });

  it.each(['simd', 'plain'] as const)('gives the same bytes for the same seed on %s', async (kind) => {
    const job = jobOf(LAYERS, IMAGE, RECIPE, 3, 'classes');
    const first = await train(createCompiledTrainer(kind).trainer, job);
    expect(await train(createCompiledTrainer(kind).trainer, job)).toEqual(first);
    const other = await train(createCompiledTrainer(kind).trainer, { ...job, seed: 3 });
    expect(other.history[0].loss).not.toBe(first.history[0].loss);
  });

  it('is what trains by default, and says on what', async () => {
    const { trainer, why } = await createTrainer();
    expect(trainer.engine).toBe('compiled');
    expect(why).toBe('The compiled engine trains with WebAssembly SIMD.');
  });

  it.each([
    ['no WebAssembly', undefined],
    [
      'no SIMD',
      {
        ...WebAssembly,
        Module: class {
          constructor() {
            throw new Error('invalid opcode 0xfd');
          }
        },
      },
    ],
  ])('trains with %s too, and says so', async (_, webAssembly) => {
    vi.stubGlobal('WebAssembly', webAssembly);
    vi.resetModules();
    const { createTrainer: createAnew } = await import('../../../src/training/trainers.ts');
    const { trainer, why } = await createAnew();
    expect(why).toContain('plain JavaScript, slower: WebAssembly SIMD does not run here');
    const job = jobOf(LAYERS, IMAGE, RECIPE, 3, 'classes');
    const result = await train(trainer, job);
    expect(result).toEqual(await train(createCompiledTrainer('plain').trainer, job));
  });

  it.each(['simd', 'plain'] as const)('refuses a step that no memory holds on %s', async (kind) => {
    const job = jobOf(
      [
        { type: 'Dense', units: 65536 },
        { type: 'Dense', units: 3 },
      ],
      [2],
      { batchSize: 5000 },
    );
    const many = {
      x: rowsInMemory({ data: new Float32Array(10000), shape: [5000, 2] }),
      y: rowsInMemory({ data: new Float32Array(15000), shape: [5000, 3] }),
    };
    await expect(train(createCompiledTrainer(kind).trainer, { ...job, train: many })).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'training-memory',
      message: expect.stringMatching(/^A training step of this model takes 25\d\d MiB/),
    });
  });

  it('refuses a model that cannot learn', async () => {
    const job = jobOf([{ type: 'Softmax' }], [3]);
    await expect(train(createCompiledTrainer().trainer, job)).rejects.toMatchObject({
      kind: 'input',
      code: 'nothing-to-train',
    });
  });

  it('has no backends of TensorFlow.js', async () => {
    await expect(createTrainer({ engine: 'compiled', backend: 'cpu' })).rejects.toMatchObject({
      kind: 'usage',
      code: 'engine-without-backends',
    });
    expect((await createTrainer({ backend: 'cpu' }, { tfjs: tfjsTrainer })).trainer.engine).toBe('tfjs/cpu');
    expect(
      (await createTrainer({ engine: 'tfjs', backend: 'cpu' }, { tfjs: tfjsTrainer })).trainer.engine,
    ).toBe('tfjs/cpu');
  });
});
