/** Small models, at least one for every layer. */

import type { Shape } from '../../../src/core/tensor.ts';
import { IMAGE, SIGNAL } from './job.ts';

/** Few steps: TensorFlow.js takes each of a recurrent layer by itself. */
const SERIES: Shape = [6, 3];

/** Three outputs, whatever stands in front. */
const ENDING = [{ type: 'Flatten' }, { type: 'Dense', units: 3 }];

/** Name, shape of a sample, and layers; `endedCase` puts a Dense layer of 3 behind them. */
export const LAYER_CASES: readonly (readonly [string, Shape, readonly object[]])[] = [
  ['Dense', [5], [{ type: 'Dense', units: 4, activation: 'tanh' }]],
  ['Dense over steps', SIGNAL, [{ type: 'Dense', units: 5, activation: 'sigmoid', useBias: false }]],
  [
    'Activation',
    [6],
    [
      { type: 'Dense', units: 5 },
      { type: 'Activation', activation: 'relu6' },
    ],
  ],
  [
    'ReLU',
    [6],
    [
      { type: 'Dense', units: 5 },
      { type: 'ReLU' },
      { type: 'Dense', units: 4 },
      { type: 'ReLU', maxValue: 6 },
    ],
  ],
  [
    'Softmax',
    [6],
    [{ type: 'Dense', units: 5 }, { type: 'Softmax' }, { type: 'Dense', units: 4, activation: 'softmax' }],
  ],
  [
    'Reshape',
    IMAGE,
    [
      { type: 'Reshape', targetShape: [24, 6] },
      { type: 'Dense', units: 2 },
    ],
  ],
  [
    'Conv1D',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu' },
      { type: 'Conv1D', filters: 4, kernelSize: [4], strides: 2, padding: 'same' },
    ],
  ],
  [
    'Conv1D, dilated',
    SIGNAL,
    [{ type: 'Conv1D', filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same' }],
  ],
  [
    'Conv2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 3, activation: 'relu' },
      { type: 'Conv2D', filters: 3, kernelSize: [2, 3], strides: 2, padding: 'same' },
    ],
  ],
  [
    'Conv2D, pointwise',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 1, activation: 'relu' },
      { type: 'Conv2D', filters: 5, kernelSize: 1, useBias: false },
    ],
  ],
  ['Conv2D, dilated', IMAGE, [{ type: 'Conv2D', filters: 4, kernelSize: 2, dilationRate: [2, 3] }]],
  [
    'DepthwiseConv2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 1 },
      { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', activation: 'relu6' },
      { type: 'DepthwiseConv2D', kernelSize: [3, 2], strides: 2, depthMultiplier: 2 },
    ],
  ],
  [
    'SeparableConv2D',
    IMAGE,
    [
      { type: 'SeparableConv2D', filters: 5, kernelSize: 3, depthMultiplier: 2, activation: 'relu' },
      { type: 'SeparableConv2D', filters: 4, kernelSize: 3, padding: 'same', strides: 2 },
    ],
  ],
  ['MaxPooling2D', IMAGE, [{ type: 'Conv2D', filters: 4, kernelSize: 2 }, { type: 'MaxPooling2D' }]],
  [
    'MaxPooling2D, overlapping',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'MaxPooling2D', poolSize: 3, strides: 2, padding: 'same' },
    ],
  ],
  [
    'MaxPooling2D behind a ReLU, overlapping',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2, activation: 'relu' },
      { type: 'MaxPooling2D', poolSize: 3, strides: 2, padding: 'same' },
    ],
  ],
  [
    'MaxPooling1D behind a ReLU6 without bias',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 1, activation: 'relu6', useBias: false },
      { type: 'MaxPooling1D' },
    ],
  ],
  [
    'AveragePooling2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'AveragePooling2D', poolSize: [3, 2], strides: [2, 1] },
    ],
  ],
  [
    'pooling of steps',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 1 },
      { type: 'MaxPooling1D' },
      { type: 'AveragePooling1D', poolSize: 3, strides: 1 },
    ],
  ],
  [
    'GlobalAveragePooling2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'GlobalAveragePooling2D' },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'GlobalMaxPooling2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      { type: 'GlobalMaxPooling2D' },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'global pooling of steps',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 2 },
      { type: 'GlobalAveragePooling1D' },
      { type: 'Reshape', targetShape: [2, 2] },
      { type: 'GlobalMaxPooling1D' },
      { type: 'Reshape', targetShape: [1, 2] },
    ],
  ],
  [
    'ZeroPadding2D',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2 },
      {
        type: 'ZeroPadding2D',
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
      { type: 'Conv2D', filters: 3, kernelSize: 3 },
    ],
  ],
  [
    'BatchNormalization',
    IMAGE,
    [
      { type: 'BatchNormalization' },
      { type: 'Conv2D', filters: 4, kernelSize: 2, useBias: false },
      { type: 'BatchNormalization', momentum: 0.8 },
      { type: 'ReLU' },
    ],
  ],
  [
    'BatchNormalization of numbers',
    [7],
    [
      { type: 'Dense', units: 6 },
      { type: 'BatchNormalization' },
      { type: 'Activation', activation: 'relu' },
      { type: 'Reshape', targetShape: [2, 3] },
    ],
  ],
  [
    'Dropout',
    [7],
    [
      { type: 'Dense', units: 16, activation: 'tanh' },
      { type: 'Dropout', rate: 0.4 },
      { type: 'Dense', units: 4 },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'LSTM: all steps, then the last one',
    SERIES,
    [
      { type: 'LSTM', units: 5, returnSequences: true },
      { type: 'LSTM', units: 4, useBias: false },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'GRU: all steps, then the last one',
    SERIES,
    [
      { type: 'GRU', units: 5, returnSequences: true },
      { type: 'GRU', units: 4, useBias: false },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'SimpleRNN: all steps, then the last one',
    SERIES,
    [
      { type: 'SimpleRNN', units: 5, returnSequences: true, useBias: false },
      { type: 'SimpleRNN', units: 4 },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'recurrent layers behind a convolution, of which one reads all steps of two',
    SERIES,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu', name: 'stem' },
      { type: 'GRU', units: 6, returnSequences: true, inputs: ['stem'], name: 'gates' },
      { type: 'LSTM', units: 3, returnSequences: true, inputs: ['stem'], name: 'cells' },
      { type: 'Concatenate', inputs: ['gates', 'cells', 'stem'] },
      { type: 'LSTM', units: 5, returnSequences: true },
    ],
  ],
  [
    'Add: a residual block with BatchNormalization',
    IMAGE,
    [
      { type: 'Conv2D', filters: 4, kernelSize: 2, name: 'stem' },
      { type: 'Conv2D', filters: 4, kernelSize: 3, padding: 'same', useBias: false },
      { type: 'BatchNormalization' },
      { type: 'ReLU' },
      { type: 'Conv2D', filters: 4, kernelSize: 3, padding: 'same', useBias: false },
      { type: 'BatchNormalization', name: 'inner' },
      { type: 'Add', inputs: ['stem', 'inner'] },
      { type: 'ReLU' },
      { type: 'GlobalAveragePooling2D' },
      { type: 'Reshape', targetShape: [2, 2] },
    ],
  ],
  [
    'One width throughout, what is in front read again behind',
    [6],
    [
      { type: 'Dense', units: 6, name: 'stem', activation: 'tanh' },
      { type: 'Dense', units: 6 },
      { type: 'BatchNormalization' },
      { type: 'Activation', activation: 'relu6', name: 'rectified' },
      { type: 'Dense', units: 6 },
      { type: 'Dense', units: 6, activation: 'sigmoid', name: 'inner' },
      { type: 'Add', inputs: ['stem', 'inner'], name: 'sum' },
      { type: 'Reshape', targetShape: [3, 2] },
      { type: 'Dense', units: 2, name: 'last' },
      { type: 'Reshape', targetShape: [3, 2], inputs: ['rectified'], name: 'turned' },
      { type: 'Add', inputs: ['last', 'turned'] },
    ],
  ],
  [
    'Add of three, of which two are one, and of the input',
    [5],
    [
      { type: 'Dense', units: 5, activation: 'tanh', name: 'a' },
      { type: 'Dense', units: 5, activation: 'sigmoid', name: 'b' },
      { type: 'Add', inputs: ['a', 'b', 'a'] },
      { type: 'Add', inputs: ['input', 'add', 'b'] },
    ],
  ],
  [
    'Concatenate: branches of an inception block',
    IMAGE,
    [
      { type: 'Conv2D', filters: 3, kernelSize: 1, activation: 'relu', name: 'stem' },
      { type: 'Conv2D', filters: 2, kernelSize: 1, inputs: ['stem'], name: 'one' },
      { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', inputs: ['stem'], name: 'three' },
      { type: 'MaxPooling2D', poolSize: 3, strides: 1, padding: 'same', inputs: ['stem'], name: 'pool' },
      { type: 'Concatenate', inputs: ['one', 'input', 'three', 'pool'] },
      { type: 'GlobalAveragePooling2D' },
      { type: 'Reshape', targetShape: [2, 5] },
    ],
  ],
  [
    'branches behind layers that only rename their input',
    SIGNAL,
    [
      { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu6', name: 'stem' },
      { type: 'Flatten', name: 'flat' },
      { type: 'Activation', activation: 'linear', inputs: ['flat'], name: 'same' },
      { type: 'Dense', units: 6, activation: 'tanh', inputs: ['flat'], name: 'left' },
      { type: 'Dense', units: 6, activation: 'softmax', inputs: ['same'], name: 'right' },
      { type: 'Dropout', rate: 0, inputs: ['left'], name: 'kept' },
      { type: 'Dropout', rate: 0.3, inputs: ['right'], name: 'dropped' },
      { type: 'Add', inputs: ['kept', 'dropped'], name: 'sum' },
      { type: 'Concatenate', inputs: ['sum', 'same', 'left'] },
      { type: 'Reshape', targetShape: [4, 13] },
    ],
  ],
];

/** The layers of a case with an ending of three outputs. */
export function endedCase(shape: Shape, layers: readonly object[]): readonly object[] {
  const flat = shape.length === 1 && !layers.some((layer) => (layer as { type: string }).type === 'Reshape');
  return [...layers, ...(flat ? ENDING.slice(1) : ENDING)];
}

/** The types that some case has. */
export function coveredTypes(): ReadonlySet<string> {
  return new Set(
    LAYER_CASES.flatMap(([, shape, layers]) => endedCase(shape, layers)).map(
      (layer) => (layer as { type: string }).type,
    ),
  );
}
