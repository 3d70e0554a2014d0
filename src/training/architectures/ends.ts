/** How networks begin and end: samples of a fitting rank, and an output that suits the task. */

import { inputError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';
import type { LayerInput } from '../layer-table.ts';
import type { NetworkOutput } from './architecture.ts';

/** What stands before the first layer, and the shape that it makes of a sample. */
export interface Beginning<Made extends Shape> {
  readonly layers: LayerInput[];
  readonly shape: Made;
}

function refuse(input: Shape, needs: string, hint: string): Error {
  return inputError(
    'architecture-shape',
    `a sample must have the shape ${needs}, but one of the dataset has ${formatShape(input)}.`,
    hint,
  );
}

/** All elements in one dimension. */
export function asVector(input: Shape): Beginning<readonly [number]> {
  const size = input.reduce((product, dimension) => product * dimension, 1);
  return { layers: input.length > 1 ? [{ type: 'Flatten', name: 'flatten' }] : [], shape: [size] };
}

/** Steps of a series; a plain list is one of one channel. */
export function asSeries(input: Shape): Beginning<readonly [number, number]> {
  const [steps, channels = 1] = input;
  const shape = [steps, channels] as const;
  if (input.length === 2) return { layers: [], shape };
  if (input.length === 1) {
    return { layers: [{ type: 'Reshape', name: 'series', targetShape: [...shape] }], shape };
  }
  throw refuse(input, '[steps, channels]', 'Take "cnn" or "mobilenet_v1" for pictures.');
}

/** Pictures; without channels they are grey, and so is a series of several channels, or a spectrogram. */
export function asPicture(input: Shape): Beginning<readonly [number, number, number]> {
  const [height, width, channels = 1] = input;
  const shape = [height, width, channels] as const;
  if (input.length === 3) return { layers: [], shape };
  if (input.length === 2) {
    return { layers: [{ type: 'Reshape', name: 'picture', targetShape: [...shape] }], shape };
  }
  throw refuse(
    input,
    '[height, width, channels] or [height, width]',
    'Take "mlp" for rows of numbers, or "conv1d" for series.',
  );
}

/** Probabilities for classes, numbers as they are for all else. */
function outputActivation({ task, units }: NetworkOutput): 'linear' | 'sigmoid' | 'softmax' {
  if (task !== 'classification') return 'linear';
  return units === 1 ? 'sigmoid' : 'softmax';
}

/** `rate` 0 leaves the Dropout out. */
export function outputLayers(output: NetworkOutput, rate = 0): LayerInput[] {
  return [
    ...(rate > 0 ? [{ type: 'Dropout', name: 'dropout', rate } as const] : []),
    { type: 'Dense', name: 'output', units: output.units, activation: outputActivation(output) },
  ];
}
