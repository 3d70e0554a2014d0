/** Variables that are read and assigned: bytes come and go as they are. */

import { perTensor } from '../../../src/core/quant-params.ts';
import type { Random } from '../../../src/core/random.ts';
import { elementCount, type TensorData, type TensorType } from '../../../src/core/tensor.ts';
import { drawInt8, drawQuant, drawShape } from '../draw.ts';

type VariableType = 'float32' | 'int8' | 'int16' | 'int32';

function drawData(random: Random, dtype: VariableType, length: number, index: number): TensorData {
  const bytes = drawInt8(random, length, index);
  if (dtype === 'int8') return bytes;
  if (dtype === 'float32') return Float32Array.from(bytes, (value) => value / 3);
  return dtype === 'int16' ? Int16Array.from(bytes, (value) => 200 * value) : Int32Array.from(bytes);
}

function drawType(random: Random, dtype: VariableType): TensorType {
  const shape = drawShape(random);
  if (dtype === 'int8') return { dtype, shape, quant: drawQuant(random) };
  return dtype === 'int16' ? { dtype, shape, quant: perTensor(0.01, 0) } : { dtype, shape };
}

export function readOf(dtype: VariableType) {
  return (random: Random, index: number) => {
    const type = drawType(random, dtype);
    const data = drawData(random, dtype, elementCount(type.shape), index);
    return { attributes: {}, operands: [{ type, data }], output: type, expected: Array.from(data, Number) };
  };
}

export function assignOf(dtype: VariableType) {
  return (random: Random, index: number) => {
    const type = drawType(random, dtype);
    const [before, value] = [0, 1].map(() => drawData(random, dtype, elementCount(type.shape), index));
    return {
      attributes: {},
      operands: [
        { type, data: before },
        { type, data: value },
      ],
      output: type,
      expected: Array.from(value, Number),
    };
  };
}
