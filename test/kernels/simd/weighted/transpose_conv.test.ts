import { expect, it } from 'vitest';
import { perAxis } from '../../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { elementCount, type TensorData, type TensorType } from '../../../../src/core/tensor.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { kernelOf } from '../../../../src/ops/kernel-of.ts';
import {
  constant,
  drawActivation,
  drawBias,
  drawFloats,
  drawInt8,
  drawQuant,
  logUniform,
  oneOf,
} from '../../../conformance/draw.ts';
import { type Operand, oneNode } from '../../../ops/one-node.ts';

const CASES = 250;

function drawSizes(random: Random) {
  const side = (most: number): number => 1 + random.below(most);
  const [batches, height, width] = [side(2), side(6), side(6)];
  const [depth, channels] = [oneOf(random, [1, side(20)]), oneOf(random, [1, 8, side(20)])];
  const strides = [side(3), side(3)] as const;
  const filter = [side(5), side(5)] as const;
  const sizes = [height, width].map((size, axis) => {
    const whole = size * strides[axis];
    return oneOf(random, [whole, whole, (size - 1) * strides[axis] + filter[axis], side(whole + 3)]);
  });
  const covered = sizes.every((size, axis) => filter[axis] <= size);
  return {
    input: [batches, height, width, depth],
    weights: [channels, ...filter, depth],
    attributes: {
      padding: covered && random.below(2) === 0 ? ('valid' as const) : ('same' as const),
      strides,
      outputShape: [batches, sizes[0], sizes[1], channels] as const,
      activation: drawActivation(random),
    },
  };
}

interface Drawn {
  readonly attributes: ReturnType<typeof drawSizes>['attributes'];
  readonly operands: readonly Operand[];
  readonly output: TensorType;
}

/** Whether it is planned, and if so is the same. */
function expectAlike(
  { attributes, operands, output }: Drawn,
  draw: (length: number, record: number) => TensorData,
): boolean {
  const dtype = output.dtype;
  const kernel = kernelOf('transpose_conv', dtype);
  const types = operands.map(({ type }) => type);
  const given = operands.map(({ data }, position) => (position === 0 ? 'computed' : data));
  const prepared = kernel?.prepare(attributes, types, [output]);
  const graph = oneNode('transpose_conv', attributes, operands, output);
  const [simd, plain] = [createInterpreter(graph), createInterpreter(graph, { kernels: 'plain' })];
  for (let record = 0; record < 3; record++) {
    const records = [draw(elementCount(types[0].shape), record)];
    const [actual] = simd.invoke(records);
    expect(actual, JSON.stringify([types[0].shape, types[1].shape, attributes])).toEqual(
      plain.invoke(records)[0],
    );
  }
  return kernel?.simd?.(prepared, given, [output]) !== undefined;
}

it('SIMD transpose_conv of int8 gives the bytes of the plain loops, whatever meets', () => {
  const random = createRandom(1, 'simd transpose_conv');
  for (let index = 0; index < CASES; index++) {
    const { input, weights, attributes } = drawSizes(random);
    const channels = weights[0];
    const scales = Float32Array.from({ length: channels }, () => logUniform(random, 1e-4, 0.3));
    const operands = [
      {
        type: { dtype: 'int8', shape: input, quant: { ...drawQuant(random), scale: 1 } } as const,
        data: new Int8Array(elementCount(input)),
      },
      constant(
        { dtype: 'int8', shape: weights, quant: perAxis(0, scales) },
        drawInt8(random, elementCount(weights), index),
      ),
      ...(random.below(3) === 0
        ? []
        : [
            constant(
              { dtype: 'int32', shape: [channels] },
              Int32Array.from({ length: channels }, () => drawBias(random)),
            ),
          ]),
    ];
    const output: TensorType = {
      dtype: 'int8',
      shape: attributes.outputShape,
      quant: { ...drawQuant(random), scale: 1 },
    };
    const draw = (length: number, record: number): Int8Array => drawInt8(random, length, record);
    expect(expectAlike({ attributes, operands, output }, draw)).toBe(true);
  }
});

it('SIMD transpose_conv of float32 gives the bytes of the plain loops', () => {
  const random = createRandom(2, 'simd float transpose_conv');
  let planned = 0;
  for (let index = 0; index < CASES; index++) {
    const { input, weights, attributes } = drawSizes(random);
    const real = (shape: readonly number[]): TensorType => ({ dtype: 'float32', shape });
    const operands = [
      { type: real(input), data: new Float32Array(elementCount(input)) },
      constant(real(weights), drawFloats(random, elementCount(weights))),
      ...(random.below(3) === 0 ? [] : [constant(real([weights[0]]), drawFloats(random, weights[0]))]),
    ];
    const output = real(attributes.outputShape);
    const draw = (length: number): Float32Array =>
      drawFloats(random, length).map((value) =>
        oneOf(random, [value, value, value, 0, -0, index % 10 === 9 ? Infinity : 1]),
      );
    if (expectAlike({ attributes, operands, output }, draw)) planned++;
  }
  expect(planned).toBeGreaterThan(CASES / 2);
});
