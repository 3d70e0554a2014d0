/** What operators say of themselves to rewrites, tried on their float32 kernels. */

import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../src/core/random.ts';
import {
  elementCount,
  type Shape,
  sameShape,
  type TensorData,
  type TensorType,
} from '../../src/core/tensor.ts';
import { FUSED_ACTIVATIONS, floatClamp } from '../../src/ops/fused-activation.ts';
import { OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';
import { computeOnce } from '../../src/ops/kernel-of.ts';
import type { AnyKernel } from '../../src/ops/op.ts';
import { OPAQUE } from '../../src/ops/traits.ts';
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

const IMAGE = [1, 2, 2, 3];
const nowhere = [0, 0, 0, 0].map(() => [0, 0]);
const somewhere = nowhere.with(1, [0, 1]);
const pool = { padding: 'valid', strides: [1, 1], filter: [1, 1], activation: 'none' };
const join = { axis: 3, activation: 'none' };
const strides = { begin: [0, 0, 0, 0], end: IMAGE, beginMask: 0, endMask: 0, shrinkAxisMask: 0 };

interface Try {
  readonly kind: OpKind;
  readonly attributes: unknown;
  /** Of the operands. */
  readonly shapes?: readonly Shape[];
}

const identities: readonly Try[] = [
  { kind: 'average_pool_2d', attributes: pool },
  { kind: 'average_pool_2d', attributes: { ...pool, padding: 'same' } },
  { kind: 'broadcast_to', attributes: { shape: IMAGE } },
  { kind: 'concatenation', attributes: join },
  { kind: 'max_pool_2d', attributes: pool },
  { kind: 'mirror_pad', attributes: { paddings: nowhere, mode: 'symmetric' } },
  { kind: 'pad', attributes: { paddings: nowhere } },
  { kind: 'padv2', attributes: { paddings: nowhere }, shapes: [IMAGE, [1]] },
  { kind: 'reshape', attributes: { newShape: IMAGE } },
  { kind: 'reverse_v2', attributes: { axes: [0] } },
  { kind: 'slice', attributes: { begin: [0, 0, 0, 0], size: [1, 2, -1, 3] } },
  { kind: 'split', attributes: { axis: 1, count: 1 } },
  { kind: 'squeeze', attributes: { axes: [] }, shapes: [[2, 3]] },
  { kind: 'strided_slice', attributes: { ...strides, strides: [1, 1, 1, 1] } },
  { kind: 'tile', attributes: { multiples: [1, 1, 1, 1] } },
  { kind: 'transpose', attributes: { permutation: [0, 1, 2, 3] } },
];

/** As near to an identity as they come. */
const neighbours: readonly Try[] = [
  { kind: 'average_pool_2d', attributes: { ...pool, filter: [1, 2] } },
  { kind: 'average_pool_2d', attributes: { ...pool, activation: 'relu' } },
  { kind: 'broadcast_to', attributes: { shape: [2, 2, 2, 3] } },
  { kind: 'concatenation', attributes: join, shapes: [IMAGE, IMAGE] },
  { kind: 'max_pool_2d', attributes: { ...pool, strides: [2, 1] } },
  { kind: 'mirror_pad', attributes: { paddings: somewhere, mode: 'symmetric' } },
  { kind: 'pad', attributes: { paddings: somewhere } },
  { kind: 'padv2', attributes: { paddings: somewhere }, shapes: [IMAGE, [1]] },
  { kind: 'relu', attributes: {} },
  { kind: 'reshape', attributes: { newShape: [1, 2, 3, 2] } },
  { kind: 'reverse_v2', attributes: { axes: [0, 1] } },
  { kind: 'slice', attributes: { begin: [0, 0, 1, 0], size: [1, 2, -1, 3] } },
  { kind: 'split', attributes: { axis: 1, count: 2 } },
  { kind: 'squeeze', attributes: { axes: [] } },
  {
    kind: 'strided_slice',
    attributes: { ...strides, end: [1, 2, -3, 3], strides: [1, 1, -1, 1], beginMask: 4 },
  },
  { kind: 'tile', attributes: { multiples: [2, 1, 1, 1] } },
  { kind: 'transpose', attributes: { permutation: [0, 2, 1, 3] } },
];

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

  it.each(kinds.filter((kind) => opOf(kind).operands.length === 1))(
    '%s is the activation it says',
    (kind) => {
      const { traits } = opOf(kind);
      const [drawn] = casesOf(kind);
      if (!traits.elementwise || Object.keys(drawn.attributes as object).length > 0) {
        expect(traits.asFused).toBeUndefined();
        return;
      }
      const type: TensorType = { dtype: 'float32', shape: [33] };
      const data = Float32Array.from({ length: 33 }, (_, i) => (i - 16) / 2);
      const [result] = computeOnce(opOf(kind).kernels.float32 as AnyKernel, {}, [type], [type], [data]);
      const equal = FUSED_ACTIVATIONS.find((activation) => {
        const { min, max } = floatClamp(activation);
        return data.every((value, i) => result[i] === Math.min(Math.max(value, min), max));
      });
      expect(traits.asFused).toBe(equal);
    },
  );

  it('RELU and RELU6 can be fused, LEAKY_RELU and HARD_SWISH cannot', () => {
    const fused = OP_KINDS.filter((kind) => opOf(kind).traits.asFused !== undefined);
    expect(fused).toEqual(['relu', 'relu6']);
  });

  it.each(kinds.filter((kind) => opOf(kind).operands.length === 2))(
    '%s with a constant is what it says',
    (kind) => {
      const { traits } = opOf(kind);
      const type: TensorType = { dtype: 'float32', shape: [5] };
      const x = Float32Array.of(-3, -1, 0, 0.5, 4);
      for (const place of ['first', 'second'] as const) {
        const affine = traits.withConstant(2.5, place);
        if (affine === undefined) continue;
        const constant = x.map(() => 2.5);
        const operands = place === 'first' ? [constant, x] : [x, constant];
        const kernel = opOf(kind).kernels.float32 as AnyKernel;
        const [result] = computeOnce(kernel, { activation: 'none' }, [type, type], [type], operands);
        expect(result).toEqual(x.map((value) => affine.scale * value + affine.shift));
      }
    },
  );

  it('ADD, DIV, MUL and SUB scale and shift, MAXIMUM does not', () => {
    const affine = OP_KINDS.filter((kind) => opOf(kind).traits.withConstant(1, 'second') !== undefined);
    expect(affine).toEqual(['add', 'div', 'mul', 'sub']);
    expect(affine.every((kind) => opOf(kind).traits.broadcasts)).toBe(true);
  });

  it('every operator that may be an identity is tried as one and as its neighbour', () => {
    const asked = kinds.filter((kind) => opOf(kind).traits.isIdentity !== OPAQUE.isIdentity);
    for (const tries of [identities, neighbours]) {
      expect(tries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(asked));
    }
  });

  it.each(identities)('$kind is an identity with $attributes', ({ kind, attributes, shapes = [IMAGE] }) => {
    const { traits, infer, kernels } = opOf(kind);
    const output = infer(attributes, shapes);
    expect(output).toEqual([shapes[0]]);
    expect(traits.isIdentity(attributes, shapes, output[0])).toBe(true);
    const typed = (of: readonly Shape[]): TensorType[] => of.map((shape) => ({ dtype: 'float32', shape }));
    const data = shapes.map((shape) => Float32Array.from({ length: elementCount(shape) }, (_, i) => i - 5.5));
    const kernel = kernels.float32 as AnyKernel;
    expect(computeOnce(kernel, attributes, typed(shapes), typed(output), data)[0]).toEqual(data[0]);
  });

  it.each(neighbours)('$kind is none with $attributes', ({ kind, attributes, shapes = [IMAGE] }) => {
    const { traits, infer } = opOf(kind);
    expect(traits.isIdentity(attributes, shapes, infer(attributes, shapes)[0])).toBe(false);
  });

  it.each(kinds)('%s is no identity where it changes something', (kind) => {
    for (const { attributes, operands, output, run } of casesOf(kind)) {
      const shapes = operands.map(({ shape }) => shape);
      if (!opOf(kind).traits.isIdentity(attributes, shapes, output)) continue;
      expect(output).toEqual(shapes[0]);
      expect(run(operands.map(({ data }) => data))).toEqual(operands[0].data);
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
