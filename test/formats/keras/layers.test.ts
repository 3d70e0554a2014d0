import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Recurrent layers of TensorFlow.js call operations as methods.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import {
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import type { FloatModel } from '../../../src/core/float-model.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readTfjsModel } from '../../../src/formats/tfjs/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

/** What TensorFlow.js saves, through the reader; weights are drawn, variances are positive. */
async function saved(original: LayersModel): Promise<FloatModel> {
  const random = createRandom(1, 'weights');
  for (const weight of original.weights) {
    const positive = weight.originalName.endsWith('moving_variance');
    const draw = (): number => (positive ? 0.5 + random.uniform() : random.normal() / 2);
    weight.write(
      tf.tensor(
        Float32Array.from({ length: elementCount(weight.shape as number[]) }, draw),
        weight.shape as number[],
      ),
    );
  }
  let artifacts: tf.io.ModelArtifacts = {};
  await original.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const modelJson = JSON.stringify({
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: ['w.bin'], weights: artifacts.weightSpecs }],
  });
  return readTfjsModel(modelJson, () => new Uint8Array(artifacts.weightData as ArrayBuffer));
}

async function expectSame(original: LayersModel): Promise<Graph> {
  const graph = importKeras(await saved(original));
  const shape = (original.inputs[0].shape as (number | null)[]).map((size) => size ?? 1);
  const random = createRandom(2, 'input');
  const x = Float32Array.from({ length: elementCount(shape) }, () => 2 * random.normal());
  const expected = original.predict(tf.tensor(x, shape)) as tf.Tensor;
  const interpreter = createInterpreter(graph);
  expect(interpreter.outputs[0].shape).toEqual(expected.shape);
  const [actual] = interpreter.invoke([x]) as readonly [Float32Array];
  for (const [index, value] of expected.dataSync().entries()) expect(actual[index]).toBeCloseTo(value, 4);
  return graph;
}

type Layer = Parameters<ReturnType<typeof sequential>['add']>[0];

function both(mergeMode: 'concat' | 'sum' | 'mul' | 'ave', returnSequences: boolean) {
  const layer = () =>
    layers.lstm({ units: 3, returnSequences }) as Parameters<typeof layers.bidirectional>[0]['layer'];
  return [
    `Bidirectional, ${mergeMode}, ${returnSequences ? 'all steps' : 'the last step'}`,
    [5, 3],
    () => [layers.bidirectional({ layer: layer(), mergeMode })],
  ] as const;
}

/** By name, because what TensorFlow.js makes needs its backend. */
const CASES: readonly (readonly [name: string, shape: readonly number[], make: () => readonly Layer[]])[] = [
  ['Dense on a sequence', [5, 3], () => [layers.dense({ units: 4, activation: 'relu' })]],
  [
    'Conv1D same',
    [9, 3],
    () => [layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'tanh' })],
  ],
  ['Conv1D strided', [9, 3], () => [layers.conv1d({ filters: 4, kernelSize: 4, strides: 2 })]],
  [
    'Conv1D dilated',
    [9, 3],
    () => [layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2, useBias: false })],
  ],
  [
    'Conv2D',
    [7, 6, 3],
    () => [layers.conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same' })],
  ],
  [
    'Conv2D dilated',
    [7, 6, 2],
    () => [layers.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, activation: 'softmax' })],
  ],
  [
    'DepthwiseConv2D',
    [7, 6, 3],
    () => [layers.depthwiseConv2d({ kernelSize: [3, 2], depthMultiplier: 2, activation: 'relu6' })],
  ],
  [
    'DepthwiseConv2D without bias',
    [7, 6, 3],
    () => [layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', useBias: false })],
  ],
  [
    'SeparableConv2D',
    [7, 6, 3],
    () => [layers.separableConv2d({ filters: 4, kernelSize: 3, activation: 'relu' })],
  ],
  [
    'Conv2DTranspose same',
    [4, 3, 3],
    () => [
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    ],
  ],
  [
    'Conv2DTranspose valid',
    [4, 3, 3],
    () => [layers.conv2dTranspose({ filters: 2, kernelSize: [3, 2], strides: [2, 3], padding: 'valid' })],
  ],
  ['BatchNormalization', [4, 3, 5], () => [layers.batchNormalization({ epsilon: 0.01 })]],
  ['BatchNormalization without scale', [5], () => [layers.batchNormalization({ scale: false })]],
  ['BatchNormalization without center', [5], () => [layers.batchNormalization({ center: false })]],
  [
    'BatchNormalization of a sequence between convolutions',
    [8, 2],
    () => [
      layers.conv1d({ filters: 3, kernelSize: 3 }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.conv1d({ filters: 2, kernelSize: 2 }),
    ],
  ],
  ['ReLU up to 1', [20], () => [layers.reLU({ maxValue: 1 })]],
  ['LeakyReLU', [20], () => [layers.leakyReLU({ alpha: 0.1 })]],
  ['PReLU', [4, 3, 2], () => [layers.prelu()]],
  ['PReLU with shared axes', [4, 3, 2], () => [layers.prelu({ sharedAxes: [1, 2] })]],
  ['PReLU after Conv1D', [6, 2], () => [layers.conv1d({ filters: 2, kernelSize: 2 }), layers.prelu()]],
  ['ELU', [20], () => [layers.elu()]],
  ['ThresholdedReLU', [20], () => [layers.thresholdedReLU({ theta: 0.3 })]],
  ['selu', [20], () => [layers.dense({ units: 9, activation: 'selu' })]],
  ['softplus', [20], () => [layers.activation({ activation: 'softplus' })]],
  ['softsign', [20], () => [layers.activation({ activation: 'softsign' })]],
  ['mish', [20], () => [layers.activation({ activation: 'mish' })]],
  ['Softmax', [4, 5], () => [layers.softmax({ axis: -1 })]],
  ['sigmoid', [20], () => [layers.activation({ activation: 'sigmoid' })]],
  ['hardSigmoid', [20], () => [layers.activation({ activation: 'hardSigmoid' })]],
  ['swish', [20], () => [layers.activation({ activation: 'swish' })]],
  ['MaxPooling1D', [9, 2], () => [layers.maxPooling1d({ poolSize: 3, strides: 2 })]],
  ['AveragePooling1D', [9, 2], () => [layers.averagePooling1d({ poolSize: 2, padding: 'same' })]],
  ['MaxPooling2D', [7, 6, 2], () => [layers.maxPooling2d({ poolSize: [3, 2], padding: 'same' })]],
  [
    'AveragePooling2D',
    [7, 6, 2],
    () => [layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' })],
  ],
  ['GlobalAveragePooling1D', [7, 3], () => [layers.globalAveragePooling1d({})]],
  ['GlobalMaxPooling1D', [7, 3], () => [layers.globalMaxPooling1d({})]],
  ['GlobalAveragePooling2D', [4, 5, 3], () => [layers.globalAveragePooling2d({})]],
  ['GlobalMaxPooling2D', [4, 5, 3], () => [layers.globalMaxPooling2d({})]],
  ['Flatten and Reshape', [2, 3, 4], () => [layers.flatten(), layers.reshape({ targetShape: [4, -1] })]],
  ['Flatten after Conv1D', [6, 2], () => [layers.conv1d({ filters: 3, kernelSize: 2 }), layers.flatten()]],
  ['Permute', [2, 3, 4], () => [layers.permute({ dims: [3, 1, 2] })]],
  [
    'Permute after Conv1D',
    [6, 2],
    () => [layers.conv1d({ filters: 3, kernelSize: 2 }), layers.permute({ dims: [2, 1] })],
  ],
  ['RepeatVector', [3], () => [layers.repeatVector({ n: 4 })]],
  [
    'ZeroPadding2D',
    [3, 4, 2],
    () => [
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [2, 3],
        ],
      }),
    ],
  ],
  [
    'Cropping2D',
    [6, 5, 2],
    () => [
      layers.cropping2D({
        cropping: [
          [1, 2],
          [0, 3],
        ],
      }),
    ],
  ],
  ['UpSampling2D', [3, 4, 2], () => [layers.upSampling2d({ size: [2, 3] })]],
  [
    'UpSampling2D bilinear',
    [3, 4, 2],
    () => [layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })],
  ],
  ['Rescaling', [4, 3], () => [layers.rescaling({ scale: 0.5, offset: -1 }) as unknown as Layer]],
  ['LSTM', [5, 3], () => [layers.lstm({ units: 4 })]],
  [
    'LSTM of other functions, without biases',
    [5, 3],
    () => [
      layers.lstm({
        units: 4,
        returnSequences: true,
        useBias: false,
        recurrentActivation: 'sigmoid',
        activation: 'relu',
      }),
    ],
  ],
  ['LSTM with sigmoid', [5, 3], () => [layers.lstm({ units: 4, recurrentActivation: 'sigmoid' })]],
  [
    'LSTM with sigmoid, backwards',
    [5, 3],
    () => [
      layers.lstm({ units: 2, recurrentActivation: 'sigmoid', goBackwards: true, returnSequences: true }),
    ],
  ],
  ['LSTM backwards', [5, 3], () => [layers.lstm({ units: 2, goBackwards: true, returnSequences: true })]],
  ['more steps than a concatenation takes', [23, 2], () => [layers.gru({ units: 2, returnSequences: true })]],
  [
    'GRU',
    [5, 3],
    () => [layers.gru({ units: 4, recurrentActivation: 'sigmoid' }), layers.dense({ units: 2 })],
  ],
  ['SimpleRNN', [5, 3], () => [layers.simpleRNN({ units: 4 })]],
  ['one step', [1, 3], () => [layers.lstm({ units: 4 }), layers.dense({ units: 2 })]],
  ...(['concat', 'sum', 'mul', 'ave'] as const).map((mergeMode) => both(mergeMode, false)),
  both('concat', true),
  [
    'TimeDistributed Conv1D and LSTM',
    [3, 6, 2],
    () => [
      layers.timeDistributed({ layer: layers.conv1d({ filters: 4, kernelSize: 3 }) }),
      layers.timeDistributed({ layer: layers.maxPooling1d({ poolSize: 2 }) }),
      layers.timeDistributed({ layer: layers.lstm({ units: 3, returnSequences: true }) }),
      layers.timeDistributed({ layer: layers.flatten() }),
      layers.gru({ units: 2 }),
    ],
  ],
  ['TimeDistributed Dense', [4, 3], () => [layers.timeDistributed({ layer: layers.dense({ units: 2 }) })]],
  ['noise', [4, 3], () => [layers.gaussianNoise({ stddev: 1 }), layers.dense({ units: 2 })]],
];

test.each(CASES)('%s computes what TensorFlow.js computes', async (_, shape, make) => {
  const original = sequential();
  for (const [index, layer] of make().entries()) {
    if (index === 0) original.add(layers.inputLayer({ inputShape: [...shape] }));
    original.add(layer);
  }
  await expectSame(original);
});

/** A model of two branches of one input. */
function branched(
  join: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor,
  shape = [6, 4],
): LayersModel {
  const x = input({ shape });
  const a = layers.conv1d({ filters: 3, kernelSize: 2 }).apply(x) as SymbolicTensor;
  const b = layers.conv1d({ filters: 3, kernelSize: 2 }).apply(x) as SymbolicTensor;
  return model({ inputs: x, outputs: join(a, b) });
}

test.each([
  ['Add', () => layers.add()],
  ['Multiply', () => layers.multiply()],
  ['Average', () => layers.average()],
  ['Maximum', () => layers.maximum()],
  ['Minimum', () => layers.minimum()],
  ['Concatenate', () => layers.concatenate()],
  ['Concatenate over time', () => layers.concatenate({ axis: 1 })],
])('%s joins branches', async (_, make) => {
  await expectSame(branched((a, b) => make().apply([a, b]) as SymbolicTensor));
  await expectSame(branched((a, b) => make().apply([a, b, a]) as SymbolicTensor));
});

test.each([
  ['over channels', { axes: -1 }],
  ['over steps', { axes: 1 }],
  ['over steps of one and channels of the other', { axes: [1, 2] as [number, number] }],
  ['of rows of length 1', { axes: 2, normalize: true }],
])('Dot %s', async (_, options) => {
  const shape = Array.isArray(options.axes) ? [4, 4] : [6, 4];
  await expectSame(branched((a, b) => layers.dot(options).apply([a, b]) as SymbolicTensor, shape));
});

test('Dot of two vectors, and LayerNormalization', async () => {
  const x = input({ shape: [5] });
  const a = layers.dense({ units: 3 }).apply(x) as SymbolicTensor;
  const b = layers.layerNormalization().apply(layers.dense({ units: 3 }).apply(x)) as SymbolicTensor;
  const outputs = layers.dot({ axes: 1, normalize: true }).apply([a, b]) as SymbolicTensor;
  await expectSame(model({ inputs: x, outputs }));
});

test('branches of images of height 1 and of sequences are joined', async () => {
  await expectSame(
    branched((a, b) => {
      const dense = layers.dense({ units: 3 }).apply(b) as SymbolicTensor;
      return layers.add().apply([a, dense]) as SymbolicTensor;
    }),
  );
});

test('a layer that is used twice computes twice', async () => {
  const x = input({ shape: [3] });
  const shared = layers.dense({ units: 3, activation: 'tanh' });
  const once = shared.apply(x) as SymbolicTensor;
  const twice = shared.apply(once) as SymbolicTensor;
  const graph = await expectSame(
    model({ inputs: x, outputs: layers.add().apply([once, twice]) as SymbolicTensor }),
  );
  expect(graph.nodes.filter(({ kind }) => kind === 'fully_connected').length).toBe(2);
});

test('models inside models, used twice', async () => {
  const inner = sequential({
    name: 'inner',
    layers: [layers.dense({ units: 4, inputShape: [4] }), layers.reLU()],
  });
  const middleInput = input({ shape: [4] });
  const middle = model({
    inputs: middleInput,
    outputs: layers.dense({ units: 4 }).apply(inner.apply(middleInput)) as SymbolicTensor,
    name: 'middle',
  });
  const x = input({ shape: [4] });
  const once = middle.apply(x) as SymbolicTensor;
  const twice = middle.apply(once) as SymbolicTensor;
  await expectSame(
    model({ inputs: x, outputs: layers.concatenate().apply([once, twice]) as SymbolicTensor }),
  );
});

test('a sequence of convolutions stays an image from the first to the last', async () => {
  const original = sequential({
    layers: [
      layers.conv1d({ filters: 3, kernelSize: 3, inputShape: [16, 2] }),
      layers.batchNormalization(),
      layers.activation({ activation: 'tanh' }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.dropout({ rate: 0.5 }),
      layers.conv1d({ filters: 3, kernelSize: 3 }),
      layers.globalAveragePooling1d({}),
    ],
  });
  const graph = await expectSame(original);
  expect(graph.nodes.filter(({ kind }) => kind === 'reshape').map(({ name }) => name)).toEqual([
    expect.stringMatching(/\/wide$/),
  ]);
});
