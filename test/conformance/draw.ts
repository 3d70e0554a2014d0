/** Seeded choices for conformance cases: parameters with the corners in, shapes that broadcast, data. */

import { INT32_MAX, INT32_MIN } from '../../src/core/fixed-point.ts';
import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorData, type TensorType } from '../../src/core/tensor.ts';
import { FUSED_ACTIVATIONS, type FusedActivation } from '../../src/ops/fused-activation.ts';
import type { Operand } from '../ops/one-node.ts';
import { roundAway } from './exact.ts';

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}

/** Between the limits, every order of magnitude equally likely. */
export function logUniform(random: Random, low: number, high: number): number {
  return Math.fround(low * (high / low) ** random.uniform());
}

/** Zero points favour both ends. */
export function drawQuant(random: Random, low = 1e-4, high = 2): PerTensorQuant {
  const zeroPoint = oneOf(random, [-128, 127, 0, random.below(256) - 128, random.below(256) - 128]);
  return perTensor(logUniform(random, low, high), zeroPoint);
}

export function drawActivation(random: Random): FusedActivation {
  return oneOf(random, FUSED_ACTIVATIONS);
}

/** The first cases have all elements at one end; the others are random, with the ends frequent. */
export function drawInt8(random: Random, length: number, index: number): Int8Array {
  const any = (): number => oneOf(random, [-128, 127, random.below(256) - 128, random.below(256) - 128]);
  return Int8Array.from({ length }, index === 0 ? () => -128 : index === 1 ? () => 127 : any);
}

/** Weights of a type whose every value a byte holds. */
export type WeightDType = 'int8' | 'int4';

export function drawWeights(random: Random, length: number, index: number, dtype: WeightDType): Int8Array {
  const eights = drawInt8(random, length, index);
  return dtype === 'int8' ? eights : eights.map((value) => value >> 4);
}

export function drawFloats(random: Random, length: number, scale = 3): Float32Array {
  return Float32Array.from({ length }, () => scale * random.normal());
}

export function drawShape(random: Random, maximumRank = 4): number[] {
  return Array.from({ length: 1 + random.below(maximumRank) }, () => 1 + random.below(4));
}

export function int8Operand(random: Random, shape: Shape, quant: PerTensorQuant, index: number): Operand {
  return { type: { dtype: 'int8', shape, quant }, data: drawInt8(random, elementCount(shape), index) };
}

/** Scales alone, as most operators on int16 want them. */
export function drawScale(random: Random, low = 1e-6, high = 0.01): PerTensorQuant {
  return perTensor(logUniform(random, low, high), 0);
}

/** As `drawInt8`, of 16 bits, with what is near 0. */
export function drawInt16(random: Random, length: number, index: number): Int16Array {
  const whole = (): number => random.below(65536) - 32768;
  const any = (): number => oneOf(random, [-32768, 32767, whole(), whole(), random.below(201) - 100]);
  return Int16Array.from({ length }, index === 0 ? () => -32768 : index === 1 ? () => 32767 : any);
}

export function int16Operand(random: Random, shape: Shape, quant: PerTensorQuant, index: number): Operand {
  return { type: int16Type(shape, quant), data: drawInt16(random, elementCount(shape), index) };
}

export function floatOperand(random: Random, shape: Shape, scale?: number): Operand {
  return { type: { dtype: 'float32', shape }, data: drawFloats(random, elementCount(shape), scale) };
}

/** Part of the model. */
export function constant(type: TensorType, data: TensorData): Operand {
  return { type, data, constant: true };
}

/** Biases that leave the accumulator small, and biases that carry it over the end of int32. */
export function drawBias(random: Random): number {
  return oneOf(random, [
    0,
    (random.uint32() | 0) >> 16,
    INT32_MAX,
    INT32_MIN,
    INT32_MAX - random.below(100000),
  ]);
}

export function int8Type(shape: Shape, quant: PerTensorQuant): TensorType {
  return { dtype: 'int8', shape, quant };
}

export function int16Type(shape: Shape, quant: PerTensorQuant): TensorType {
  return { dtype: 'int16', shape, quant };
}

/** An output shape of up to six axes, and two operand shapes that broadcast to it. */
export function drawBroadcast(random: Random): { a: number[]; b: number[]; output: number[] } {
  const output = Array.from({ length: 1 + random.below(6) }, () => 1 + random.below(3));
  const a = [...output];
  const b = [...output];
  for (const [axis, dimension] of output.entries()) {
    if (dimension > 1 && random.below(2) === 0) oneOf(random, [a, b])[axis] = 1;
  }
  const shorter = oneOf(random, [a, b]);
  while (shorter.length > 1 && shorter[0] === 1 && random.below(2) === 0) shorter.shift();
  return { a, b, output };
}

/** The element of an operand that belongs to an element of the output, by way of the coordinates. */
export function elementFor(outputIndex: number, output: Shape, operand: Shape): number {
  const coordinates: number[] = [];
  let rest = outputIndex;
  for (const dimension of [...output].reverse()) {
    coordinates.unshift(rest % dimension);
    rest = Math.floor(rest / dimension);
  }
  const own = coordinates.slice(output.length - operand.length);
  return operand.reduce((at, dimension, axis) => at * dimension + (dimension === 1 ? 0 : own[axis]), 0);
}

const LIMITS: Readonly<Record<FusedActivation, readonly [number, number]>> = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
  relu_n1_to_1: [-1, 1],
};

export function floatLimits(activation: FusedActivation): readonly [number, number] {
  return LIMITS[activation];
}

/** zero point + round(float32(limit / scale)), where there is a limit; else the ends of the type. */
function quantizedLimits(
  activation: FusedActivation,
  { scale, zeroPoint }: PerTensorQuant,
  [least, most]: readonly [bigint, bigint],
): [bigint, bigint] {
  const [low, high] = LIMITS[activation];
  const quantized = (real: number): bigint => {
    const at = BigInt(zeroPoint) + roundAway(Math.fround(real / scale));
    return at < least ? least : at > most ? most : at;
  };
  return [low === -Infinity ? least : quantized(low), high === Infinity ? most : quantized(high)];
}

export function int8Limits(activation: FusedActivation, quant: PerTensorQuant): [bigint, bigint] {
  return quantizedLimits(activation, quant, [-128n, 127n]);
}

export function int16Limits(activation: FusedActivation, quant: PerTensorQuant): [bigint, bigint] {
  return quantizedLimits(activation, quant, [-32768n, 32767n]);
}
