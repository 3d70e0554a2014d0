import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { oneNode } from '../ops/one-node.ts';

const quant = perTensor(0.5, 3);
const int8 = (...shape: number[]): TensorType => ({ dtype: 'int8', shape, quant });
const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });

function padded(input: TensorType, output: TensorType): Uint8Array {
  const attributes = {
    blockShape: [2, 2],
    paddings: [
      [0, 1],
      [1, 0],
    ],
  } as const;
  return writeTflite(oneNode('space_to_batch_nd', attributes, [{ type: input }], output));
}

function hintOf(model: Uint8Array): string {
  try {
    readTflmModel(model);
  } catch (error) {
    return (error as { hint: string }).hint;
  }
  return 'nothing thrown';
}

describe('what TensorFlow Lite Micro does not run is refused with the conversion that cures it', () => {
  it('of int8', () => {
    expect(hintOf(padded(int8(1, 3, 3, 2), int8(4, 2, 2, 2)))).toContain('"tinyml convert MODEL -o ');
  });

  it('of float32', () => {
    expect(hintOf(padded(float(1, 3, 3, 2), float(4, 2, 2, 2)))).toContain(
      '"tinyml convert MODEL --float -o ',
    );
  });
});
