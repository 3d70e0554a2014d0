/** Real numbers as tensors hold them: float32, or integers with a scale. */

import { unsupportedError } from '../../core/errors.ts';
import { stepsOf, type TensorData, type TensorType } from '../../core/tensor.ts';
import { dequantizeSteps, quantizeValue, type SteppedData } from '../../kernels/int8/quantize.ts';

function withoutScale({ dtype, quant }: TensorType): string {
  return quant === undefined
    ? `${dtype} without scale and zero point`
    : `${dtype}, which stands for no real number here`;
}

/** Real numbers as a tensor of float32, or of integers with a scale, takes them. */
export function toTensor(type: TensorType, values: Float32Array, into: TensorData): void {
  if (type.dtype === 'float32') {
    (into as Float32Array).set(values);
    return;
  }
  const steps = stepsOf(type);
  if (steps === undefined) {
    throw unsupportedError('real-input', `The model's input is ${withoutScale(type)}`, 'Use --raw-input.');
  }
  const { scale, zeroPoint } = steps.quant;
  const integers = into as SteppedData;
  for (let i = 0; i < values.length; i++) {
    integers[i] = quantizeValue(values[i], scale, zeroPoint, steps.limits);
  }
}

/** The real numbers of a tensor of float32, or of integers with a scale. */
export function fromTensor(type: TensorType, data: TensorData, into: Float32Array): void {
  if (type.dtype === 'float32') {
    into.set(data as Float32Array);
    return;
  }
  const steps = stepsOf(type);
  if (steps === undefined) {
    throw unsupportedError('real-output', `The model's output is ${withoutScale(type)}`, 'Use --raw-output.');
  }
  dequantizeSteps(steps.quant.scale, steps.quant.zeroPoint, data as SteppedData, into);
}
