/**
 * Weights that a file stores smaller than it computes with them, as the numbers they stand for: int8 weights of float
 * operators ("dynamic range"), and DEQUANTIZE of constants (float16, or integers). TensorFlow Lite Micro computes neither.
 */

import type { QuantParams } from '../../../core/quant-params.ts';
import { elementCount, type Shape, type TensorData } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import type { OperatorInFile } from '../file-operator.ts';
import type { FileTensor } from '../read-tensors.ts';

/** scale · (q − zero point), rounded to float32 as TensorFlow Lite does. */
function dequantized(data: TensorData, shape: Shape, quant: QuantParams): Float32Array {
  const floats = new Float32Array(elementCount(shape));
  if (quant.scheme === 'per-tensor') {
    for (let i = 0; i < floats.length; i++) floats[i] = quant.scale * (Number(data[i]) - quant.zeroPoint);
    return floats;
  }
  const { axis, scales } = quant;
  const stride = stridesOf(shape)[axis];
  for (let i = 0; i < floats.length; i++) {
    floats[i] = scales[Math.floor(i / stride) % shape[axis]] * Number(data[i]);
  }
  return floats;
}

/** The elements of a constant as float32; undefined for a computed tensor, and integers without a scale. */
export function floatsOf({ type, data }: FileTensor): Float32Array | undefined {
  if (data === undefined) return undefined;
  if (data instanceof Float32Array) return data;
  return type.quant === undefined ? undefined : dequantized(data, type.shape, type.quant);
}

const STORED_SMALLER: readonly string[] = ['int8', 'int4', 'uint8', 'int16'];

/** Whether a constant of integers stands for real numbers in an operator that computes in float32. */
export function isHybridOperand({ code, outputs: [output] }: OperatorInFile, operand: FileTensor): boolean {
  const isBoundary = code.kind === 'quantize' || code.kind === 'dequantize';
  const { dtype, quant } = operand.type;
  return (
    !isBoundary &&
    output.type.dtype === 'float32' &&
    operand.data !== undefined &&
    quant !== undefined &&
    STORED_SMALLER.includes(dtype)
  );
}
