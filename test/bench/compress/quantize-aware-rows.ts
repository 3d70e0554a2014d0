/** Training with the integers of the chip: 4-bit weights, an int8 form that plain quantization spoils, and what an epoch costs. */

import { hasSimd } from '../../../src/kernels/simd/simd-instance.ts';
import { type CompressedModel, compressModel } from '../../../src/models/compress/compress-model.ts';
import { isLinear } from '../../../src/passes/linear.ts';
import { compressionsSchema } from '../../../src/stages/training-config.ts';
import { openGraphSession } from '../../../src/training/graph/graph-session.ts';
import { labelObjective } from '../../../src/training/graph/label-objective.ts';
import { withOwnConstants } from '../../../src/training/graph/learned-constants.ts';
import { logitObjective } from '../../../src/training/graph/logit-objective.ts';
import { FLOAT_NUMERICS } from '../../../src/training/graph/numerics.ts';
import { IntegerNumerics } from '../../../src/training/graph/quantized/integer-numerics.ts';
import { seenRanges } from '../../../src/training/graph/quantized/seen-ranges.ts';
import { trainingSamples } from '../../../src/training/samples/sample-stream.ts';
import { atLeast, atMost, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { median } from '../timing.ts';
import { BASES, MNIST, ofProject, QUANTIZATION } from './bases.ts';
import { bySeeds, firstStep, lastStep, lossOf, SEEDS, spreadOf, testFigure } from './by-seeds.ts';

/** What rounding alone makes of all weights, in points below the float model. */
async function plainInt4Loss(base: 'mnist' | 'fsdd', seed: number): Promise<number> {
  const { job, close } = await BASES[base](seed, []);
  try {
    const names = [...new Set(job.graph.nodes.filter(isLinear).map(({ name }) => name))];
    const { table } = await compressModel(
      { ...job, form: { ...job.form, int4: { by: 'names', names } } },
      {},
    );
    return testFigure(table.steps[0], 'float') - testFigure(table.steps[0]);
  } finally {
    close();
  }
}

async function fourBits(base: 'mnist' | 'fsdd'): Promise<Outcome> {
  const results = await bySeeds(base, [
    { method: 'quantize-aware', int4: 'all', epochs: base === 'mnist' ? 10 : 40 },
  ]);
  const loss = spreadOf(results.map(lossOf));
  const plain: number[] = [];
  for (const seed of SEEDS) plain.push(await plainInt4Loss(base, seed));
  return {
    name: `${base}, 4-bit weights throughout: points lost against float`,
    value: loss.median,
    unit: 'points',
    target: atMost(1),
    how: `seeds 1–5: ${loss.all}; rounded without training ${spreadOf(plain).median.toFixed(2)} (${spreadOf(plain).all})`,
  };
}

/** Pixels that hardly ever change get large weights, which rule the one scale of a Dense layer. */
const NORMALIZED = ofProject('mnist-normalized', {
  dataset: MNIST,
  model: {
    layers: [
      { type: 'Flatten' },
      { type: 'BatchNormalization', epsilon: 1e-5 },
      { type: 'Dense', units: 16, activation: 'relu6' },
      { type: 'BatchNormalization' },
      { type: 'Dense', units: 10, activation: 'softmax' },
    ],
  },
  training: {
    optimizer: 'adam',
    learningRate: 0.01,
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
    epochs: 12,
    batchSize: 16,
  },
  quantization: { ...QUANTIZATION, method: 'tensorflow' },
});

async function regainedBy(seed: number): Promise<CompressedModel> {
  const methods = [{ method: 'quantize-aware', scales: 'learned', epochs: 10 }];
  const { job, close } = await NORMALIZED(seed, compressionsSchema.parse(methods));
  try {
    return await compressModel(job, {});
  } finally {
    close();
  }
}

async function regained(): Promise<Outcome[]> {
  const results: CompressedModel[] = [];
  for (const seed of SEEDS) results.push(await regainedBy(seed));
  const lost = spreadOf(
    results.map((result) => testFigure(firstStep(result), 'float') - testFigure(firstStep(result))),
  );
  const shares = results.map((result) => {
    const plain = testFigure(firstStep(result));
    return (testFigure(lastStep(result)) - plain) / (testFigure(firstStep(result), 'float') - plain);
  });
  const share = spreadOf(shares);
  return [
    {
      name: 'mnist, normalized pixels into 16 units: points that plain int8 loses',
      value: lost.median,
      unit: 'points',
      target: atLeast(1),
      how: `seeds 1–5: ${lost.all}; TensorFlow's recipe, one scale for the weights of Dense`,
    },
    {
      name: 'mnist, normalized pixels into 16 units: of that regained',
      value: share.median,
      unit: 'x',
      target: atLeast(0.5),
      how: `seeds 1–5: ${share.all}`,
    },
  ];
}

/** Ranges that are learned beside those that move, with 8 bits. */
async function learnedRanges(): Promise<Outcome> {
  const lossWith = async (ranges: 'moving' | 'learned') =>
    spreadOf((await bySeeds('fsdd', [{ method: 'quantize-aware', ranges, epochs: 40 }])).map(lossOf));
  const [moving, learned] = [await lossWith('moving'), await lossWith('learned')];
  return {
    name: 'fsdd, 8 bits, ranges that are learned: points lost against float',
    value: learned.median,
    unit: 'points',
    how: `seeds 1–5: ${learned.all}; ranges that move ${moving.median.toFixed(2)} (${moving.all})`,
  };
}

/** Milliseconds of an epoch, behind one that nobody measures. */
async function epochMs(train: () => Promise<unknown>, epochs: number): Promise<number> {
  await train();
  const started = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) await train();
  return (performance.now() - started) / epochs;
}

/** Epochs that are measured together, by how long one takes. */
const EPOCHS = { mnist: 1, fsdd: 20 } as const;

async function epochRatio(
  base: keyof typeof EPOCHS,
  name: string,
  learnsRanges: boolean = false,
): Promise<Outcome> {
  const { job, close } = await BASES[base](1, []);
  try {
    const { train, validation, recipe, seed } = job.workshop;
    const graph = withOwnConstants(job.graph);
    const kind = hasSimd() ? 'simd' : 'plain';
    const given = { graph, train, validation, recipe, seed };
    const samplesOf = trainingSamples(given);
    const numerics = new IntegerNumerics(graph, {
      ranges: seenRanges(graph, train.x, 500),
      densePerChannel: false,
      learnsScales: false,
      int4: new Set(),
      frozenFrom: 1,
      learnsRanges,
    });
    const { twin } = numerics;
    const plain = openGraphSession(given, labelObjective(graph, recipe.loss), kind, FLOAT_NUMERICS);
    const aware = openGraphSession(
      { ...given, graph: twin },
      logitObjective(twin, recipe.loss),
      kind,
      numerics,
    );
    const ratios: number[] = [];
    for (let round = 1; round <= 3; round++) {
      const [float, integers] = [
        await epochMs(() => plain.trainEpoch(samplesOf(round), 1e-4), EPOCHS[base]),
        await epochMs(() => aware.trainEpoch(samplesOf(round), 1e-4), EPOCHS[base]),
      ];
      ratios.push(integers / float);
    }
    return {
      name: `${name}: an epoch with integers against one without`,
      value: median(ratios),
      unit: 'x',
      target: atMost(2),
      how: 'behind a first epoch each, the median of three rounds',
    };
  } finally {
    close();
  }
}

async function measured(): Promise<Outcome[]> {
  return [
    await fourBits('mnist'),
    await fourBits('fsdd'),
    ...(await regained()),
    await learnedRanges(),
    await epochRatio('mnist', 'mnist cnn'),
    await epochRatio('mnist', 'mnist cnn, ranges that are learned', true),
    await epochRatio('fsdd', 'fsdd conv1d'),
  ];
}

export const quantizeAwareRows: Section = {
  'quantize-aware': withShared('quantization-aware training', measured),
};
