/** What operators say of themselves to rewrites, tried on their float32 kernels. */

import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../src/core/random.ts';
import { sameShape, type TensorData } from '../../src/core/tensor.ts';
import { OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';
import { computeOnce } from '../../src/ops/kernel-of.ts';
import type { AnyKernel } from '../../src/ops/op.ts';
import { floatCases } from '../conformance/float-cases.ts';

const CASES = 60;

interface OneCase {
  readonly attributes: unknown;
  readonly operands: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[];
  readonly output: readonly number[];
  run(inputs: readonly TensorData[]): Float32Array;
}

/** Cases of float32 operands alone with one output. */
function casesOf(kind: OpKind): OneCase[] {
  const random = createRandom(5, `traits of ${kind}`);
  const draw = floatCases[kind];
  const kernel = opOf(kind).kernels.float32;
  if (draw === undefined || kernel === undefined) return [];
  return Array.from({ length: CASES }, (_, index) => draw(random, index)).flatMap((drawn) => {
    const operands = drawn.operands.filter((operand) => operand !== undefined);
    if ((drawn.more ?? []).length > 0 || drawn.output.dtype !== 'float32') return [];
    if (!operands.every(({ type }) => type.dtype === 'float32')) return [];
    const types = operands.map(({ type }) => type);
    const run = (inputs: readonly TensorData[]): Float32Array =>
      computeOnce(kernel as AnyKernel, drawn.attributes, types, [drawn.output], inputs)[0] as Float32Array;
    const data = operands.map(({ type, data }) => ({ shape: type.shape, data: data as Float32Array }));
    return [{ attributes: drawn.attributes, operands: data, output: drawn.output.shape, run }];
  });
}

const kinds = OP_KINDS.filter((kind) => casesOf(kind).length > 0);
const channelsOf = (shape: readonly number[]): number => shape.at(-1) ?? 1;

/** The data with every channel times its factor plus its term, in float64. */
function moved(data: ArrayLike<number>, scale: readonly number[], shift: readonly number[]): number[] {
  return Array.from(data, (value, i) => value * scale[i % scale.length] + shift[i % shift.length]);
}

describe('traits', () => {
  it.each(kinds.filter((kind) => opOf(kind).traits.elementwise))('%s is elementwise', (kind) => {
    for (const { operands, run } of casesOf(kind)) {
      expect(operands).toHaveLength(1);
      const [{ data }] = operands;
      const whole = run([data]);
      expect(whole).toHaveLength(data.length);
      for (let i = 0; i < data.length; i++) {
        const alone = run([data.map((value, at) => (at === i ? value : -1))]);
        expect(Object.is(alone[i], whole[i])).toBe(true);
      }
    }
  });

  it.each(kinds.filter((kind) => opOf(kind).traits.broadcasts))('%s broadcasts', (kind) => {
    expect(opOf(kind).operands).toHaveLength(2);
    const repeated = casesOf(kind).filter(({ operands: [a, b] }) => !sameShape(a.shape, b.shape));
    expect(repeated.length).toBeGreaterThan(0);
  });

  it.each(kinds.filter((kind) => opOf(kind).traits.clamps))('%s ends with its activation', (kind) => {
    for (const { attributes, operands, run } of casesOf(kind)) {
      const kernel = opOf(kind).kernels.float32 as AnyKernel;
      const free = { ...(attributes as object), activation: 'none' };
      const types = operands.map(({ shape }) => ({ dtype: 'float32' as const, shape }));
      const inputs = operands.map(({ data }) => data);
      const output = run(inputs);
      const shape = opOf(kind).infer(
        free,
        types.map((type) => type.shape),
      )[0];
      const raw = computeOnce(kernel, free, types, [{ dtype: 'float32', shape }], inputs)[0] as Float32Array;
      const clamped = computeOnce(
        kernel,
        { ...free, activation: 'relu6' },
        types,
        [{ dtype: 'float32', shape }],
        inputs,
      )[0];
      expect(output).toHaveLength(raw.length);
      expect(clamped).toEqual(raw.map((value) => Math.min(Math.max(value, 0), 6)));
    }
  });

  it.each(kinds)('%s carries channels where it says so', (kind) => {
    for (const { attributes, operands, output, run } of casesOf(kind)) {
      const [{ shape, data }] = operands;
      if (!opOf(kind).traits.carriesChannels(attributes, shape, output)) continue;
      expect(operands).toHaveLength(1);
      const [from, to] = [channelsOf(shape), channelsOf(output)];
      // Where several pixels lie in a row, their channels repeat.
      const channels = Math.min(from, to);
      if (Math.max(from, to) % channels !== 0) continue;
      const before = run([data]);
      for (let channel = 0; channel < channels; channel++) {
        const isOwn = (index: number, length: number): boolean => (index % length) % channels === channel;
        const after = run([data.map((value, i) => (isOwn(i, from) ? value : value + 1))]);
        const own = (array: Float32Array) => array.filter((_, i) => isOwn(i, to));
        expect(own(after)).toEqual(own(before));
      }
    }
  });

  it.each(kinds)('what crosses %s means the same behind it', (kind) => {
    const random = createRandom(6, `crossing ${kind}`);
    for (const { attributes, operands, output, run } of casesOf(kind)) {
      const [{ shape, data }] = operands;
      const crossing = opOf(kind).traits.crossing(attributes, shape.length);
      if (crossing.scale === 'none' || channelsOf(shape) !== channelsOf(output)) continue;
      expect(operands).toHaveLength(1);
      const draw = (low: number, high: number): number[] =>
        Array.from({ length: channelsOf(shape) }, () => low + (high - low) * (random as Random).uniform());
      const scale = draw(crossing.scale === 'any' ? -2 : 0, 2);
      const shift = crossing.shift ? draw(-2, 2) : draw(0, 0);
      const inFront = run([Float32Array.from(moved(data, scale, shift))]);
      const behind = moved(run([data]), scale, shift);
      for (const [i, value] of behind.entries()) expect(Math.abs(inFront[i] - value)).toBeLessThan(1e-4);
    }
  });

  it.each(kinds.filter((kind) => opOf(kind).traits.bounds === 'increasing'))('%s increases', (kind) => {
    for (const { operands, run } of casesOf(kind)) {
      const inputs = operands.map(({ data }) => data);
      const higher = inputs.map((data) => data.map((value, i) => value + (i % 3)));
      const [low, high] = [run(inputs), run(higher)];
      for (const [i, value] of low.entries()) expect(high[i]).toBeGreaterThanOrEqual(value);
    }
  });
});
