/** How a layer of each kind is drawn behind a tensor: one row each, by the number of axes that it takes. */

import type { JsonObject } from '../../src/core/json.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import { chance, channelsOf, type Draft, kernel, oneOf, type Tensor, vector } from './draft.ts';

/** Undefined where the tensor is too small, or too large, for what was drawn. */
export type DrawLayer = (draft: Draft, from: Tensor, random: Random) => Tensor | undefined;

const ACTIVATIONS = [
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'elu',
  'swish',
  'hard_sigmoid',
  'hard_swish',
  'leaky_relu',
  'softmax',
  'linear',
];
/** Of layers with weights: most networks have these. */
const USUAL = ['linear', 'linear', 'relu', 'relu', 'relu6', 'tanh', 'sigmoid'];
const MOST_ELEMENTS = 1500;

function bias(random: Random, units: number) {
  return vector('bias', units, () => 0.3 * random.normal());
}

/** `use_bias`, an activation, and the weights that follow from them. */
function weighted(random: Random, units: number) {
  const useBias = chance(random, 0.7);
  return {
    config: { use_bias: useBias, activation: oneOf(random, USUAL) } satisfies JsonObject,
    biases: useBias ? [bias(random, units)] : [],
  };
}

/** The same shape out as in. */
const keeping =
  (className: string, configOf: (random: Random, from: Tensor) => JsonObject = () => ({})): DrawLayer =>
  (draft, from, random) =>
    draft.add(className, configOf(random, from), [from], from.shape);

export function dense(
  draft: Draft,
  from: Tensor,
  random: Random,
  units: number,
  activation?: string,
): Tensor {
  const depth = channelsOf(from);
  const { config, biases } = weighted(random, units);
  return draft.add(
    'Dense',
    { units, ...config, ...(activation === undefined ? {} : { activation }) },
    [from],
    [...from.shape.slice(0, -1), units],
    [kernel(random, 'kernel', [depth, units], units, depth), ...biases],
  );
}

const timeDistributed: DrawLayer = (draft, from, random) => {
  const [depth, units] = [channelsOf(from), 1 + random.below(8)];
  const { config, biases } = weighted(random, units);
  return draft.add(
    'TimeDistributed',
    { layer: { class_name: 'Dense', config: { name: 'inner', units, ...config } } },
    [from],
    [...from.shape.slice(0, -1), units],
    [kernel(random, 'kernel', [depth, units], units, depth), ...biases],
  );
};

/** What a window does to one axis; 0 or less where it does not fit. */
function slid(size: number, window: number, stride: number, padding: string): number {
  return padding === 'valid' ? Math.floor((size - window) / stride) + 1 : Math.ceil(size / stride);
}

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: string;
  /** Of the output, without channels. */
  readonly places: Shape;
}

/** Equal strides, and none where there is a dilation, as Keras wants it. */
function drawWindow(random: Random, { shape }: Tensor, paddings: readonly string[]): Window | undefined {
  const axes = shape.slice(0, -1);
  const window = axes.map(() => 1 + random.below(4));
  const dilation = chance(random, 0.15) ? 2 : 1;
  const stride = dilation === 1 && chance(random, 0.35) ? 2 : 1;
  const padding = oneOf(random, paddings);
  const places = axes.map((size, axis) => slid(size, (window[axis] - 1) * dilation + 1, stride, padding));
  if (places.some((size) => size < 1)) return undefined;
  return {
    kernel: window,
    strides: axes.map(() => stride),
    dilations: axes.map(() => dilation),
    padding,
    places,
  };
}

function windowConfig({ kernel: size, strides, dilations, padding }: Window): JsonObject {
  return { kernel_size: size, strides, dilation_rate: dilations, padding };
}

const IMAGE_PADDINGS = ['same', 'same', 'valid'];
const SIGNAL_PADDINGS = [...IMAGE_PADDINGS, 'causal'];

const convolution =
  (className: string, paddings: readonly string[]): DrawLayer =>
  (draft, from, random) => {
    const window = drawWindow(random, from, paddings);
    if (window === undefined) return undefined;
    const channels = channelsOf(from);
    const groups = channels % 2 === 0 && chance(random, 0.1) ? 2 : 1;
    const filters = groups * (1 + random.below(8 / groups));
    const { config, biases } = weighted(random, filters);
    const shape = [...window.kernel, channels / groups, filters];
    return draft.add(
      className,
      { filters, groups, ...windowConfig(window), ...config },
      [from],
      [...window.places, filters],
      [kernel(random, 'kernel', shape, filters, elementCount(shape) / filters), ...biases],
    );
  };

const depthwise =
  (className: string, paddings: readonly string[], separable: boolean): DrawLayer =>
  (draft, from, random) => {
    const window = drawWindow(random, from, paddings);
    if (window === undefined) return undefined;
    const [channels, multiplier] = [channelsOf(from), 1 + random.below(2)];
    const depth = channels * multiplier;
    const units = separable ? 1 + random.below(8) : depth;
    const { config, biases } = weighted(random, units);
    const taps = elementCount(window.kernel);
    const first = kernel(random, 'depthwise_kernel', [...window.kernel, channels, multiplier], depth, taps);
    const pointwise = [...window.kernel.map(() => 1), depth, units];
    return draft.add(
      className,
      {
        ...windowConfig(window),
        depth_multiplier: multiplier,
        ...config,
        ...(separable ? { filters: units } : {}),
      },
      [from],
      [...window.places, units],
      [first, ...(separable ? [kernel(random, 'pointwise_kernel', pointwise, units, depth)] : []), ...biases],
    );
  };

const transposed: DrawLayer = (draft, from, random) => {
  const [height, width, channels] = from.shape;
  const [filters, stride] = [1 + random.below(4), 1 + random.below(2)];
  const size = [1 + random.below(3), 1 + random.below(3)];
  const padding = oneOf(random, ['same', 'valid']);
  const extent = (places: number, axis: number): number =>
    places * stride + (padding === 'same' ? 0 : Math.max(size[axis] - stride, 0));
  const shape = [extent(height, 0), extent(width, 1), filters];
  if (elementCount(shape) > MOST_ELEMENTS) return undefined;
  const { config, biases } = weighted(random, filters);
  // Keras keeps the channels of the input last.
  const drawn = kernel(
    random,
    'kernel',
    [...size, filters, channels],
    channels,
    elementCount(size) * channels,
  );
  return draft.add(
    'Conv2DTranspose',
    { filters, kernel_size: size, strides: [stride, stride], padding, ...config },
    [from],
    shape,
    [drawn, ...biases],
  );
};

const pooling =
  (className: string): DrawLayer =>
  (draft, from, random) => {
    const axes = from.shape.slice(0, -1);
    const size = 2 + random.below(2);
    const strides = chance(random, 0.7) ? size : 1;
    const padding = oneOf(random, ['valid', 'valid', 'same']);
    const places = axes.map((length) => slid(length, size, strides, padding));
    if (places.some((length) => length < 1)) return undefined;
    const each = (value: number): readonly number[] => axes.map(() => value);
    const config = { pool_size: each(size), strides: each(strides), padding };
    return draft.add(className, config, [from], [...places, channelsOf(from)]);
  };

const globalPooling =
  (className: string): DrawLayer =>
  (draft, from, random) => {
    const keepdims = chance(random, 0.2);
    const shape = keepdims
      ? from.shape.map((size, axis, all) => (axis === all.length - 1 ? size : 1))
      : [channelsOf(from)];
    return draft.add(className, { keepdims }, [from], shape);
  };

const margins =
  (className: string, key: string, sign: 1 | -1): DrawLayer =>
  (draft, from, random) => {
    const axes = from.shape.slice(0, -1);
    const pairs = axes.map(() => [random.below(3), random.below(3)]);
    const places = axes.map((size, axis) => size + sign * (pairs[axis][0] + pairs[axis][1]));
    if (places.some((size) => size < 1)) return undefined;
    const value = axes.length === 1 ? pairs[0] : pairs;
    return draft.add(className, { [key]: value }, [from], [...places, channelsOf(from)]);
  };

/** Statistics as training leaves them; of a channel that never changed, a variance of zero. */
const batchNormalization: DrawLayer = (draft, from, random) => {
  const channels = channelsOf(from);
  const dead = Array.from({ length: channels }, () => chance(random, 0.1));
  return draft.add('BatchNormalization', { axis: -1, epsilon: 0.001 }, [from], from.shape, [
    vector('gamma', channels, () => 0.3 + 1.4 * random.uniform()),
    vector('beta', channels, () => 0.5 * random.normal()),
    vector('moving_mean', channels, (channel) => (dead[channel] ? 0 : 0.5 * random.normal())),
    vector('moving_variance', channels, (channel) => (dead[channel] ? 0 : 0.2 + 2 * random.uniform())),
  ]);
};

const normalization: DrawLayer = (draft, from, random) => {
  const channels = channelsOf(from);
  return draft.add('Normalization', { axis: -1 }, [from], from.shape, [
    vector('mean', channels, () => random.normal()),
    vector('variance', channels, () => 0.1 + random.uniform()),
    { name: 'count', shape: [], data: Float32Array.of(1) },
  ]);
};

/** By statistics of the values: what trained networks shift and scale afterwards. */
const normalizing =
  (className: string, configOf: (random: Random, from: Tensor) => JsonObject = () => ({})): DrawLayer =>
  (draft, from, random) => {
    const channels = channelsOf(from);
    if (channels < 3) return undefined;
    const names = className === 'RMSNormalization' ? ['scale'] : ['gamma', 'beta'];
    const weights = names.map((name) =>
      vector(name, channels, () => (name === 'beta' ? 0.5 * random.normal() : 0.3 + 1.4 * random.uniform())),
    );
    return draft.add(className, configOf(random, from), [from], from.shape, weights);
  };

const einsumDense: DrawLayer = (draft, from, random) => {
  const [depth, units] = [channelsOf(from), 1 + random.below(8)];
  return draft.add(
    'EinsumDense',
    { equation: '...x,xy->...y', output_shape: units, bias_axes: 'y' },
    [from],
    [...from.shape.slice(0, -1), units],
    [kernel(random, 'kernel', [depth, units], units, depth), bias(random, units)],
  );
};

const spectralNormalization: DrawLayer = (draft, from, random) => {
  const [depth, units] = [channelsOf(from), 1 + random.below(8)];
  const { config, biases } = weighted(random, units);
  return draft.add(
    'SpectralNormalization',
    { layer: { class_name: 'Dense', config: { name: 'inner', units, ...config } } },
    [from],
    [...from.shape.slice(0, -1), units],
    [kernel(random, 'kernel', [depth, units], units, depth), ...biases],
  );
};

/** A sequence that attends to itself. */
const multiHeadAttention: DrawLayer = (draft, from, random) => {
  const [channels, heads, size] = [channelsOf(from), 1 + random.below(2), 2 + random.below(3)];
  const projection = (name: string, from: Shape, to: Shape) => [
    kernel(random, `${name}/kernel`, [...from, ...to], elementCount(to), elementCount(from)),
    { ...bias(random, elementCount(to)), name: `${name}/bias`, shape: to },
  ];
  const inside = [heads, size];
  return draft.add(
    'MultiHeadAttention',
    { num_heads: heads, key_dim: size },
    [from],
    from.shape,
    [
      ...['query', 'key', 'value'].flatMap((name) => projection(name, [channels], inside)),
      ...projection('attention_output', inside, [channels]),
    ],
    { value: from },
  );
};

const prelu: DrawLayer = (draft, from, random) => {
  const shared = from.shape.slice(0, -1).map((_, axis) => axis + 1);
  const alphaShape = from.shape.map((size, axis) => (axis < shared.length ? 1 : size));
  const data = Float32Array.from({ length: channelsOf(from) }, () => 0.4 * random.uniform());
  return draft.add('PReLU', { shared_axes: shared }, [from], from.shape, [
    { name: 'alpha', shape: alphaShape, data },
  ]);
};

const flatten: DrawLayer = (draft, from) => draft.add('Flatten', {}, [from], [elementCount(from.shape)]);

/** Into as many axes as are drawn. */
const reshape: DrawLayer = (draft, from, random) => {
  let rest = elementCount(from.shape);
  const shape: number[] = [];
  for (let axis = random.below(3); axis > 0; axis--) {
    const factor = oneOf(
      random,
      [2, 3, 4, 5].filter((size) => rest % size === 0),
    );
    if (factor === undefined) return undefined;
    shape.push(factor);
    rest /= factor;
  }
  return draft.add('Reshape', { target_shape: [...shape, rest] }, [from], [...shape, rest]);
};

const permute: DrawLayer = (draft, from, random) => {
  const order = Array.from(random.permutation(from.shape.length));
  const dims = order.map((axis) => axis + 1);
  return draft.add(
    'Permute',
    { dims },
    [from],
    order.map((axis) => from.shape[axis]),
  );
};

const repeatVector: DrawLayer = (draft, from, random) => {
  const n = 2 + random.below(4);
  return draft.add('RepeatVector', { n }, [from], [n, ...from.shape]);
};

const upSampling: DrawLayer = (draft, from, random) => {
  const [height, width, channels] = from.shape;
  const size = [1 + random.below(2), 1 + random.below(2)];
  const shape = [height * size[0], width * size[1], channels];
  if (elementCount(shape) > MOST_ELEMENTS) return undefined;
  return draft.add(
    'UpSampling2D',
    { size, interpolation: oneOf(random, ['nearest', 'bilinear']) },
    [from],
    shape,
  );
};

const repeatSteps: DrawLayer = (draft, from, random) => {
  const [steps, channels] = from.shape;
  const size = 1 + random.below(3);
  if (steps * size * channels > MOST_ELEMENTS) return undefined;
  return draft.add('UpSampling1D', { size }, [from], [steps * size, channels]);
};

const rescaling = keeping('Rescaling', (random, from) => ({
  scale: 0.25 + random.uniform(),
  offset: chance(random, 0.3)
    ? Array.from({ length: channelsOf(from) }, () => random.normal())
    : random.uniform() - 0.5,
}));

/** Layers for tensors of any number of axes. */
const ANYWHERE: Readonly<Record<string, DrawLayer>> = {
  Activation: keeping('Activation', (random) => ({ activation: oneOf(random, ACTIVATIONS) })),
  ActivityRegularization: keeping('ActivityRegularization'),
  AlphaDropout: keeping('AlphaDropout', () => ({ rate: 0.1 })),
  BatchNormalization: batchNormalization,
  Dense: (draft, from, random) => dense(draft, from, random, 1 + random.below(12)),
  Dropout: keeping('Dropout', () => ({ rate: 0.5 })),
  ELU: keeping('ELU'),
  EinsumDense: einsumDense,
  Flatten: flatten,
  GaussianDropout: keeping('GaussianDropout', () => ({ rate: 0.1 })),
  GaussianNoise: keeping('GaussianNoise', () => ({ stddev: 0.1 })),
  GroupNormalization: normalizing('GroupNormalization', (random, from) => ({
    groups: channelsOf(from) % 2 === 0 && chance(random, 0.5) ? 2 : 1,
  })),
  Identity: keeping('Identity'),
  LayerNormalization: normalizing('LayerNormalization'),
  LeakyReLU: keeping('LeakyReLU', (random) => ({ negative_slope: 0.05 + 0.3 * random.uniform() })),
  Normalization: normalization,
  PReLU: prelu,
  Permute: permute,
  RMSNormalization: normalizing('RMSNormalization'),
  ReLU: keeping('ReLU', (random) => ({ max_value: oneOf(random, [null, null, 6, 2]) })),
  Rescaling: rescaling,
  Reshape: reshape,
  Softmax: keeping('Softmax'),
  SpectralNormalization: spectralNormalization,
  ThresholdedReLU: keeping('ThresholdedReLU', (random) => ({ theta: random.uniform() })),
  UnitNormalization: keeping('UnitNormalization'),
};

const ON_VECTORS: Readonly<Record<string, DrawLayer>> = { RepeatVector: repeatVector };

const ON_SIGNALS: Readonly<Record<string, DrawLayer>> = {
  AveragePooling1D: pooling('AveragePooling1D'),
  Conv1D: convolution('Conv1D', SIGNAL_PADDINGS),
  Cropping1D: margins('Cropping1D', 'cropping', -1),
  DepthwiseConv1D: depthwise('DepthwiseConv1D', IMAGE_PADDINGS, false),
  GlobalAveragePooling1D: globalPooling('GlobalAveragePooling1D'),
  GlobalMaxPooling1D: globalPooling('GlobalMaxPooling1D'),
  MaxPooling1D: pooling('MaxPooling1D'),
  MultiHeadAttention: multiHeadAttention,
  SeparableConv1D: depthwise('SeparableConv1D', IMAGE_PADDINGS, true),
  SpatialDropout1D: keeping('SpatialDropout1D', () => ({ rate: 0.1 })),
  TimeDistributed: timeDistributed,
  UpSampling1D: repeatSteps,
  ZeroPadding1D: margins('ZeroPadding1D', 'padding', 1),
};

const ON_IMAGES: Readonly<Record<string, DrawLayer>> = {
  AveragePooling2D: pooling('AveragePooling2D'),
  Conv2D: convolution('Conv2D', IMAGE_PADDINGS),
  Conv2DTranspose: transposed,
  Cropping2D: margins('Cropping2D', 'cropping', -1),
  DepthwiseConv2D: depthwise('DepthwiseConv2D', IMAGE_PADDINGS, false),
  GlobalAveragePooling2D: globalPooling('GlobalAveragePooling2D'),
  GlobalMaxPooling2D: globalPooling('GlobalMaxPooling2D'),
  MaxPooling2D: pooling('MaxPooling2D'),
  RandomBrightness: keeping('RandomBrightness', () => ({ factor: 0.1 })),
  RandomContrast: keeping('RandomContrast', () => ({ factor: 0.1 })),
  RandomFlip: keeping('RandomFlip'),
  RandomRotation: keeping('RandomRotation', () => ({ factor: 0.1 })),
  RandomTranslation: keeping('RandomTranslation', () => ({ height_factor: 0.1, width_factor: 0.1 })),
  RandomZoom: keeping('RandomZoom', () => ({ height_factor: 0.1 })),
  SeparableConv2D: depthwise('SeparableConv2D', IMAGE_PADDINGS, true),
  SpatialDropout2D: keeping('SpatialDropout2D', () => ({ rate: 0.1 })),
  UpSampling2D: upSampling,
  ZeroPadding2D: margins('ZeroPadding2D', 'padding', 1),
};

/** By the number of axes without the batch. */
const BY_AXES: readonly Readonly<Record<string, DrawLayer>>[] = [{}, ON_VECTORS, ON_SIGNALS, ON_IMAGES];

/** What can follow a tensor: layers of its kind, those with weights twice as often, and those for anything. */
export function layersBehind({ shape }: Tensor): readonly DrawLayer[] {
  const own = Object.entries(BY_AXES[shape.length]);
  const computing = own.filter(([name]) => name.includes('Conv'));
  return [...computing, ...computing, ...own, ...Object.entries(ANYWHERE)].map(([, draw]) => draw);
}

/** Merging layers, by what they ask of the second operand. */
export const MERGES = [
  'Add',
  'Subtract',
  'Multiply',
  'Maximum',
  'Minimum',
  'Average',
  'Concatenate',
] as const;

/** A second branch of the same shape, often one whose scale is fixed. */
export const BRANCHES: readonly DrawLayer[] = [
  keeping('Activation', () => ({ activation: 'sigmoid' })),
  keeping('Activation', () => ({ activation: 'tanh' })),
  keeping('Softmax'),
  keeping('Activation', () => ({ activation: 'relu' })),
  (draft, from, random) => dense(draft, from, random, channelsOf(from)),
  batchNormalization,
];
