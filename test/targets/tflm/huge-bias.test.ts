import { expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { readTflmModel } from '../../../src/models/tflm-model.ts';
import { oneNode } from '../../ops/one-node.ts';

function withBias(bias: bigint): Uint8Array {
  const int16 = (width: number) => ({ dtype: 'int16', shape: [1, width], quant: perTensor(1, 0) }) as const;
  const weights = { dtype: 'int8', shape: [1, 2], quant: perTensor(1, 0) } as const;
  const type = { dtype: 'int64', shape: [1], quant: perTensor(1, 0) } as const;
  const operands = [
    { type: int16(2) },
    { type: weights, data: Int8Array.of(1, 1), constant: true },
    { type, data: BigInt64Array.of(bias), constant: true },
  ];
  return writeTflite(
    oneNode('fully_connected', { activation: 'none', keepNumDims: false }, operands, int16(1)),
  );
}

it.each([2n ** 47n, -(2n ** 47n) - 1n, 2n ** 63n - 1n])(
  'a bias of %s is refused before anything runs',
  (bias) => {
    expect(() => readTflmModel(withBias(bias))).toThrow(/asserts that sums have 48 bits at most/);
  },
);

it.each([2n ** 47n - 1n, -(2n ** 47n)])('a bias of %s is one that some input may suit', (bias) => {
  expect(() => readTflmModel(withBias(bias))).not.toThrow();
});
