/** Every Keras layer that tinyml knows: how it becomes operators, or why it cannot and what to use instead. */

import type { LayerConfig } from './config.ts';
import type { LayerImporter } from './layer.ts';
import { activationLayer, importActivation, importPReLU, importSoftmax } from './layers/activations.ts';
import {
  additiveAttentionWeights,
  attentionWeights,
  importAdditiveAttention,
  importAttention,
} from './layers/attention.ts';
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from './layers/convolution.ts';
import { importDense } from './layers/dense.ts';
import { importMasking } from './layers/masking.ts';
import { importAverage, importConcatenate, merging } from './layers/merge.ts';
import {
  attentionParts,
  importGroupedQueryAttention,
  importMultiHeadAttention,
} from './layers/multi-head-attention.ts';
import {
  affineWeights,
  importGroupNormalization,
  importLayerNormalization,
  importRmsNormalization,
  importUnitNormalization,
} from './layers/normalization.ts';
import { globalPooling, importGlobalAveragePooling1D, pooling } from './layers/pooling.ts';
import { einsumDenseWeights, importDot, importEinsumDense } from './layers/products.ts';
import { importBidirectional } from './layers/recurrent/bidirectional.ts';
import { importRecurrent } from './layers/recurrent/recurrent.ts';
import { importCenterCrop, importResizing } from './layers/resizing.ts';
import { importBatchNormalization, importNormalization, importRescaling } from './layers/scale.ts';
import {
  cropping,
  importFlatten,
  importPermute,
  importRepeatVector,
  importReshape,
  upSampling,
  zeroPadding,
} from './layers/shape.ts';
import { timeDistributed } from './layers/time-distributed.ts';
import { transparent } from './layers/wrapped.ts';
import { importTensorFlowFunction, operationImporter } from './operations/operations.ts';

interface SupportedLayer {
  readonly import: LayerImporter;
  /** The names of its weights in the order in which Keras lists them; none where left out. */
  readonly weights?: (config: LayerConfig) => readonly string[];
  /** The layers inside that have weights like a Dense layer: the scope of these, and the attribute of Keras' object. */
  readonly parts?: (config: LayerConfig) => readonly (readonly [scope: string, attribute: string])[];
}

export interface RefusedLayer {
  /** Continues "… cannot be computed: ". */
  readonly reason: string;
  readonly instead: string;
}

type LayerRow = SupportedLayer | RefusedLayer;

/** `names` and, unless `use_bias` is false, `bias`. */
function withBias(...names: readonly string[]): (config: LayerConfig) => readonly string[] {
  return (config) => (config.boolean('use_bias', true) ? [...names, 'bias'] : names);
}

function batchNormalizationWeights(config: LayerConfig): readonly string[] {
  return [
    ...(config.boolean('scale', true) ? ['gamma'] : []),
    ...(config.boolean('center', true) ? ['beta'] : []),
    'moving_mean',
    'moving_variance',
  ];
}

function normalizationWeights(config: LayerConfig): readonly string[] {
  return config.value('mean') === undefined ? ['mean', 'variance', 'count'] : [];
}

/** Layers that change nothing once training is over. */
const trainingOnly: LayerRow = { import: ({ inputs }) => inputs[0] };

const convolutionalRecurrent: LayerRow = {
  reason: 'its steps are convolutions that need the memory of images for each gate',
  instead: 'Use TimeDistributed convolutions, then LSTM or GRU.',
};
const cells: LayerRow = {
  reason: 'its cells may be any Python code',
  instead: 'Use LSTM, GRU or SimpleRNN layers, one after the other.',
};
const volumes: LayerRow = {
  reason: 'TensorFlow Lite Micro has no operators over three spatial axes',
  instead: 'Use the layer of the same name for two axes, with the third among the channels.',
};
const codeInside: LayerRow = {
  reason: 'it runs Python code that the file does not describe',
  instead: 'Build the same from layers, for example Rescaling, Activation, Add, Multiply or Reshape.',
};
const preprocessing: LayerRow = {
  reason: 'it works on texts or categories',
  instead: 'Prepare the data before the model, and give it numbers.',
};
const resizing: LayerRow = {
  reason: 'the sensor should deliver the size that the model wants',
  instead: 'Resize the data before the model, or use Cropping2D, ZeroPadding2D or UpSampling2D.',
};

const sounds: LayerRow = {
  reason: 'spectra are no layers of a network there',
  instead:
    'Let the network take spectra, and make them with a step of the dataset: "spectrum", or "fixed-spectrum" on the chip.',
};
const images: LayerRow = {
  reason: 'it prepares images, in training or before',
  instead: 'Prepare the images before the model.',
};

/** Of Keras 3: what they do to images they do in training alone. */
const AUGMENTATIONS = [
  'AugMix',
  'CutMix',
  'MixUp',
  'RandAugment',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
];

/** What TimeDistributed repeats. */
function importerInside(className: string): LayerImporter | undefined {
  const row = layerRow(className);
  return row !== undefined && 'import' in row ? row.import : undefined;
}

/** One row for each Keras class name. */
const LAYERS: Readonly<Record<string, LayerRow>> = {
  ...Object.fromEntries(AUGMENTATIONS.map((className) => [className, trainingOnly])),
  Activation: { import: importActivation },
  ActivityRegularization: trainingOnly,
  Add: { import: merging('add') },
  AdditiveAttention: { import: importAdditiveAttention, weights: additiveAttentionWeights },
  AlphaDropout: trainingOnly,
  Attention: { import: importAttention, weights: attentionWeights },
  AutoContrast: images,
  Average: { import: importAverage },
  AveragePooling1D: { import: pooling('average_pool_2d', 1) },
  AveragePooling2D: { import: pooling('average_pool_2d', 2) },
  AveragePooling3D: volumes,
  BatchNormalization: { import: importBatchNormalization, weights: batchNormalizationWeights },
  Bidirectional: { import: importBidirectional },
  CLAHE: images,
  CategoryEncoding: preprocessing,
  CenterCrop: { import: importCenterCrop },
  Concatenate: { import: importConcatenate },
  Conv1D: { import: convolution(1), weights: withBias('kernel') },
  Conv1DTranspose: { import: transposedConvolution(1), weights: withBias('kernel') },
  Conv2D: { import: convolution(2), weights: withBias('kernel') },
  Conv2DTranspose: { import: transposedConvolution(2), weights: withBias('kernel') },
  Conv3D: volumes,
  Conv3DTranspose: volumes,
  ConvLSTM1D: convolutionalRecurrent,
  ConvLSTM2D: convolutionalRecurrent,
  ConvLSTM3D: convolutionalRecurrent,
  Cropping1D: { import: cropping(1) },
  Cropping2D: { import: cropping(2) },
  Cropping3D: volumes,
  Dense: { import: importDense, weights: withBias('kernel') },
  DepthwiseConv1D: { import: depthwiseConvolution(1), weights: withBias('depthwise_kernel') },
  DepthwiseConv2D: { import: depthwiseConvolution(2), weights: withBias('depthwise_kernel') },
  Discretization: preprocessing,
  Dot: { import: importDot },
  Dropout: trainingOnly,
  ELU: { import: activationLayer('ELU') },
  EinsumDense: { import: importEinsumDense, weights: einsumDenseWeights },
  Embedding: preprocessing,
  Equalization: images,
  Flatten: { import: importFlatten },
  GRU: { import: importRecurrent('GRU'), weights: withBias('kernel', 'recurrent_kernel') },
  GaussianDropout: trainingOnly,
  GaussianNoise: trainingOnly,
  GlobalAveragePooling1D: { import: importGlobalAveragePooling1D },
  GlobalAveragePooling2D: { import: globalPooling('mean', 2) },
  GlobalAveragePooling3D: volumes,
  GlobalMaxPooling1D: { import: globalPooling('reduce_max', 1) },
  GlobalMaxPooling2D: { import: globalPooling('reduce_max', 2) },
  GlobalMaxPooling3D: volumes,
  GroupNormalization: { import: importGroupNormalization, weights: affineWeights },
  GroupQueryAttention: { import: importGroupedQueryAttention, parts: attentionParts },
  GroupedQueryAttention: { import: importGroupedQueryAttention, parts: attentionParts },
  HashedCrossing: preprocessing,
  Hashing: preprocessing,
  Identity: trainingOnly,
  IntegerLookup: preprocessing,
  LSTM: { import: importRecurrent('LSTM'), weights: withBias('kernel', 'recurrent_kernel') },
  Lambda: codeInside,
  LayerNormalization: { import: importLayerNormalization, weights: affineWeights },
  LeakyReLU: { import: activationLayer('LeakyReLU') },
  LocallyConnected1D: {
    reason: 'it has weights for every position',
    instead: 'Use Conv1D or DepthwiseConv1D.',
  },
  LocallyConnected2D: {
    reason: 'it has weights for every position',
    instead: 'Use Conv2D or DepthwiseConv2D.',
  },
  Masking: { import: importMasking },
  MaxPooling1D: { import: pooling('max_pool_2d', 1) },
  MaxPooling2D: { import: pooling('max_pool_2d', 2) },
  MaxPooling3D: volumes,
  Maximum: { import: merging('maximum') },
  MelSpectrogram: sounds,
  Minimum: { import: merging('minimum') },
  MultiHeadAttention: { import: importMultiHeadAttention, parts: attentionParts },
  Multiply: { import: merging('mul') },
  Normalization: { import: importNormalization, weights: normalizationWeights },
  PReLU: { import: importPReLU, weights: () => ['alpha'] },
  Permute: { import: importPermute },
  RNN: cells,
  RMSNormalization: { import: importRmsNormalization, weights: () => ['scale'] },
  RandomBrightness: trainingOnly,
  RandomContrast: trainingOnly,
  RandomCrop: resizing,
  RandomFlip: trainingOnly,
  RandomHeight: resizing,
  RandomRotation: trainingOnly,
  RandomTranslation: trainingOnly,
  RandomWidth: resizing,
  RandomZoom: trainingOnly,
  ReLU: { import: activationLayer('ReLU') },
  RepeatVector: { import: importRepeatVector },
  Rescaling: { import: importRescaling },
  Reshape: { import: importReshape },
  Resizing: { import: importResizing },
  STFTSpectrogram: sounds,
  SeparableConv1D: {
    import: separableConvolution(1),
    weights: withBias('depthwise_kernel', 'pointwise_kernel'),
  },
  SeparableConv2D: {
    import: separableConvolution(2),
    weights: withBias('depthwise_kernel', 'pointwise_kernel'),
  },
  SimpleRNN: { import: importRecurrent('SimpleRNN'), weights: withBias('kernel', 'recurrent_kernel') },
  SlicingOpLambda: { import: importTensorFlowFunction },
  Softmax: { import: importSoftmax },
  Solarization: images,
  SpatialDropout1D: trainingOnly,
  SpatialDropout2D: trainingOnly,
  SpatialDropout3D: trainingOnly,
  SpectralNormalization: { import: transparent(importerInside) },
  StringLookup: preprocessing,
  Subtract: { import: merging('sub') },
  SyncBatchNormalization: { import: importBatchNormalization, weights: batchNormalizationWeights },
  TFOpLambda: { import: importTensorFlowFunction },
  TextVectorization: preprocessing,
  ThresholdedReLU: { import: activationLayer('ThresholdedReLU') },
  TimeDistributed: { import: timeDistributed(importerInside) },
  UnitNormalization: { import: importUnitNormalization },
  UpSampling1D: { import: upSampling(1) },
  UpSampling2D: { import: upSampling(2) },
  UpSampling3D: volumes,
  ZeroPadding1D: { import: zeroPadding(1) },
  ZeroPadding2D: { import: zeroPadding(2) },
  ZeroPadding3D: volumes,
};

/** The row of a class, if tinyml has heard of it. */
export function layerRow(className: string): LayerRow | undefined {
  if (Object.hasOwn(LAYERS, className)) return LAYERS[className];
  const importer = operationImporter(className);
  return importer === undefined ? undefined : { import: importer };
}

export const SUPPORTED_LAYERS = Object.entries(LAYERS)
  .filter(([, row]) => 'import' in row)
  .map(([className]) => className)
  .sort();

/** Layers that are refused by name, for people to read. */
export const REFUSED_LAYERS: readonly (RefusedLayer & { readonly className: string })[] = Object.entries(
  LAYERS,
).flatMap(([className, row]) => ('import' in row ? [] : [{ className, ...row }]));
