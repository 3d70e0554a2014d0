/** Batch normalization for inference, as the product and the sum that it is. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Operand } from './graph-writer.ts';
import type { Operation } from './operation.ts';

/** The numbers of an input that has one for each channel. */
function channelNumbers(
  operation: Operation,
  position: number,
  what: string,
  channels: number,
): readonly number[] {
  const numbers = operation.numbers(position, what) ?? [];
  if (numbers.length === channels) return numbers;
  throw inputError(
    'operation-shape',
    `its ${what} has ${counted(numbers.length, 'number')} for ${counted(channels, 'channel')}.`,
  );
}

/**
 * (x − mean) / √(variance + epsilon) · scale + shift; inputs 1 to 4 are scale, shift, mean and variance. `shape` is that in which a
 * number for each channel broadcasts over `image`.
 */
export function batchNormalized(
  operation: Operation,
  part: string,
  image: Operand,
  {
    shape,
    channels,
    epsilon,
  }: { readonly shape: Shape; readonly channels: number; readonly epsilon: number },
): Operand {
  const [scale, shift, mean, variance] = ['scale', 'shift', 'mean', 'variance'].map((what, index) =>
    channelNumbers(operation, index + 1, what, channels),
  );
  const factors = scale.map((factor, channel) => factor / Math.sqrt(variance[channel] + epsilon));
  const shifts = shift.map((offset, channel) => offset - mean[channel] * factors[channel]);
  const constant = (name: string, values: readonly number[]): Operand =>
    operation.constant(name, shape, Float32Array.from(values));
  const product = operation.add('mul', 'multiply', { activation: 'none' }, [
    image,
    constant('scale', factors),
  ]);
  return operation.add('add', part, { activation: 'none' }, [product, constant('offset', shifts)]);
}
