import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { packInt4, unpackInt4 } from '../../../src/formats/tflite/packed-int4.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { graphCost } from '../../../src/ir/graph-cost.ts';
import { oneNode } from '../../ops/one-node.ts';

describe('packed int4', () => {
  it('has the first element in the low half, and signs', () => {
    expect(packInt4(Int8Array.of(1, -8, 7, -1, 5))).toEqual(Uint8Array.of(0x81, 0xf7, 0x05));
    expect(unpackInt4(Uint8Array.of(0x81, 0xf7, 0xa5), 5)).toEqual(Int8Array.of(1, -8, 7, -1, 5));
  });

  it('keeps every pair of elements', () => {
    const all = Int8Array.from(
      { length: 512 },
      (_, index) => ((index & 1 ? index >> 1 : index >> 5) % 16) - 8,
    );
    expect(unpackInt4(packInt4(all), 512)).toEqual(all);
  });

  it('holds no more than its 4 bits', () => {
    for (const value of [8, -9]) expect(() => packInt4(Int8Array.of(value))).toThrow(`${value} is no int4`);
  });
});

const int8 = (...shape: number[]): TensorType => ({ dtype: 'int8', shape, quant: perTensor(0.1, 3) });
const convolution = {
  padding: 'same',
  strides: [1, 1],
  dilations: [1, 1],
  activation: 'none',
  depthMultiplier: 1,
} as const;

/** Nine taps of each of three channels: an odd number of elements. */
function depthwise() {
  const weights = Int8Array.from({ length: 27 }, (_, index) => (index % 16) - 8);
  const type: TensorType = { dtype: 'int4', shape: [1, 3, 3, 3], quant: perAxis(3, [0.1, 0.2, 0.3]) };
  const bias: TensorType = { dtype: 'int32', shape: [3] };
  const operands = [
    { type: int8(1, 4, 4, 3) },
    { type, data: weights, constant: true },
    { type: bias, data: Int32Array.of(1, -2, 3), constant: true },
  ];
  return { weights, graph: oneNode('depthwise_conv_2d', convolution, operands, int8(1, 4, 4, 3)) };
}

describe('int4 weights', () => {
  it('take half a byte each of a file, and come back from it', () => {
    const { graph, weights } = depthwise();
    const file = writeTflite(graph);
    const read = readTflite(file);
    expect([...read.graph.values.values()][1].data).toEqual(weights);
    expect(read.container).toMatchObject({ constantBytes: 14 + 12, nodeVersions: [7] });
    expect(graphCost(graph).constantBytes).toBe(14 + 12);
    expect(writeTflite(read.graph)).toEqual(file);
  });

  it('count a byte each where TensorFlow Lite Micro unpacks them', () => {
    const [{ tensors }] = readOutline(writeTflite(depthwise().graph)).outline.subgraphs;
    expect(tensors[1]).toMatchObject({ dtype: 'int4', bytes: 27 });
  });

  it('are constants', () => {
    const weights: TensorType = { dtype: 'int4', shape: [2, 4], quant: perTensor(0.1, 0) };
    const dense = { activation: 'none', keepNumDims: false } as const;
    const computed = () =>
      oneNode('fully_connected', dense, [{ type: int8(1, 4) }, { type: weights }], int8(1, 2));
    expect(computed).toThrow(TinymlError);
    expect(computed).toThrow(/int4 and computed; only constants are int4/);
  });
});
