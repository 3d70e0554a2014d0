/** Operators of TensorFlow that are known and refused by name, and what to do instead. */

import type { RefusedOperator } from '../../lowering/refused-operator.ts';

function all(names: readonly string[], reason: string, instead: string) {
  return Object.fromEntries(names.map((name): [string, RefusedOperator] => [name, { reason, instead }]));
}

export const REFUSED: Readonly<Record<string, RefusedOperator>> = {
  ...all(
    ['AvgPool3D', 'Conv3D', 'Conv3DBackpropInputV2', 'MaxPool3D'],
    'TensorFlow Lite Micro has no operators over three spatial axes',
    'Use the operator for two axes, with the third among the channels.',
  ),
  ...all(
    ['AudioSpectrogram', 'FFT', 'IRFFT', 'Mfcc', 'RFFT'],
    'spectra are no operators of a network there',
    'Let the network take spectra, and make them with a step of the dataset: "spectrum", or "fixed-spectrum" on the chip.',
  ),
  ...all(
    ['DecodeJpeg', 'DecodePng', 'DecodeRaw', 'DecodeWav', 'ParseExample', 'ParseExampleV2', 'ReadFile'],
    'it reads files, and a chip has none',
    'Begin behind it: "--inputs" with the name of the tensor that it makes.',
  ),
  ...all(
    [
      'CombinedNonMaxSuppression',
      'NonMaxSuppressionV3',
      'NonMaxSuppressionV4',
      'NonMaxSuppressionV5',
      'TopKV2',
    ],
    'TensorFlow Lite Micro sorts nothing',
    'End in front of it: "--outputs" with the names of what it reads, and sort on the host.',
  ),
  ...all(
    ['RandomStandardNormal', 'RandomUniform', 'StatelessRandomUniformV2'],
    'a chip draws no random numbers',
    'Save the model for inference, where Dropout and noise do nothing.',
  ),
  ...all(
    ['ResourceScatterUpdate', 'ScatterNd', 'TensorScatterAdd', 'TensorScatterUpdate'],
    'TensorFlow Lite Micro writes to no places that indices name',
    'Choose with tf.where and a constant mask, or join the parts.',
  ),
  ...all(
    ['HashTableV2', 'LookupTableFindV2', 'StringSplitV2', 'StringToHashBucketFast'],
    'text and tables are not known to TensorFlow Lite Micro',
    'Look words up on the host, and give their numbers to the network.',
  ),
  LRN: {
    reason: 'TensorFlow Lite Micro has no local response normalization',
    instead: 'Train the model with BatchNormalization in its place.',
  },
  Unique: {
    reason: 'how many values it finds depends on them',
    instead: 'Do this on the host.',
  },
};
