import { describe, expect, it } from 'vitest';
import type { NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';

/** Numbers that are far from having a mean of 0 or a deviation of 1. */
function drawn(label: string, length: number): Float32Array {
  const random = createRandom(5, label);
  return Float32Array.from({ length }, () => 3 * random.normal() + 2);
}

function weight(name: string, shape: Shape): NamedWeight {
  return { name: `norm/${name}`, shape, data: drawn(name, elementCount(shape)) };
}

const convolution: JsonObject = {
  class_name: 'Conv1D',
  config: { name: 'conv', filters: 6, kernel_size: [1], use_bias: false },
};
/** The identity on six channels, behind which a sequence is an image. */
const identity: NamedWeight = {
  name: 'conv/kernel',
  shape: [1, 6, 6],
  data: Float32Array.from({ length: 36 }, (_, index) => (index % 7 === 0 ? 1 : 0)),
};

interface Case {
  readonly className: string;
  readonly config?: JsonObject;
  readonly shape?: Shape;
  readonly weights?: readonly NamedWeight[];
  readonly behindConvolution?: boolean;
}

const SHAPE = [4, 6];

function outputOf({ className, config = {}, shape = SHAPE, weights = [], behindConvolution }: Case) {
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, ...shape] } },
    ...(behindConvolution === true ? [convolution] : []),
    { class_name: className, config: { name: 'norm', ...config } },
  ] as const;
  const topology: JsonObject = {
    class_name: 'Sequential',
    config: { name: 's', layers },
    keras_version: '3.5.0',
  };
  const interpreter = createInterpreter(importKeras({ topology, weights: [identity, ...weights] }));
  const x = drawn('input', elementCount(shape));
  const [output] = interpreter.invoke([x]) as readonly [Float32Array];
  expect(interpreter.outputs[0].shape).toEqual([1, ...shape]);
  return { x, output };
}

/** The places of the elements that are normalized together with each, by what `keyOf` makes of its indices. */
function grouped(
  shape: Shape,
  keyOf: (indices: readonly number[]) => string,
): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (let place = 0; place < elementCount(shape); place++) {
    const indices = indicesOf(shape, place);
    groups.set(keyOf(indices), [...(groups.get(keyOf(indices)) ?? []), place]);
  }
  return [...groups.values()];
}

function indicesOf(shape: Shape, place: number): number[] {
  let rest = place;
  const indices = shape.toReversed().map((size) => {
    const index = rest % size;
    rest = Math.floor(rest / size);
    return index;
  });
  return indices.reverse();
}

type Rule = (values: readonly number[]) => readonly number[];

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const meanOfSquares = (values: readonly number[]): number => mean(values.map((value) => value * value));
const centred = (values: readonly number[]): readonly number[] => {
  const middle = mean(values);
  return values.map((value) => value - middle);
};
const standard =
  (epsilon: number): Rule =>
  (values) =>
    centred(values).map((value) => value / Math.sqrt(meanOfSquares(centred(values)) + epsilon));

function expectNormalized(
  one: Case,
  keyOf: (indices: readonly number[]) => string,
  rule: Rule,
  after: (value: number, indices: readonly number[]) => number = (value) => value,
): void {
  const { x, output } = outputOf(one);
  const shape = one.shape ?? SHAPE;
  for (const places of grouped(shape, keyOf)) {
    const values = rule(places.map((place) => x[place]));
    for (const [index, place] of places.entries()) {
      const expected = after(values[index], indicesOf(shape, place));
      expect(Math.abs(output[place] - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    }
  }
}

const byRow = ([step]: readonly number[]): string => String(step);

describe('LayerNormalization', () => {
  const [gamma, beta] = [weight('gamma', [6]), weight('beta', [6])];
  const affine = (value: number, indices: readonly number[]): number => {
    const channel = indices[indices.length - 1];
    return value * gamma.data[channel] + beta.data[channel];
  };

  it.each([
    [false, [4, 6]],
    [true, [4, 6]],
    [false, [3, 2, 6]],
  ] as const)('normalizes the last axis (behind a convolution: %s; %j)', (behindConvolution, shape) => {
    const one = { className: 'LayerNormalization', weights: [gamma, beta], behindConvolution, shape };
    expectNormalized(one, (indices) => indices.slice(0, -1).join(), standard(1e-3), affine);
  });

  it.each([
    [{ center: false, scale: false, epsilon: 0.5 }, [], (value: number) => value],
    [{ center: false, axis: [-1] }, [gamma], (v: number, [, c]: readonly number[]) => v * gamma.data[c]],
    [{ scale: false }, [beta], (v: number, [, c]: readonly number[]) => v + beta.data[c]],
  ] as const)('has the weights that %j asks for', (config, weights, after) => {
    const epsilon = 'epsilon' in config ? config.epsilon : 1e-3;
    expectNormalized({ className: 'LayerNormalization', config, weights }, byRow, standard(epsilon), after);
  });

  it('takes several axes, with a weight for each of their elements', () => {
    const whole = [weight('gamma', [4, 6]), weight('beta', [4, 6])] as const;
    for (const behindConvolution of [true, false]) {
      expectNormalized(
        { className: 'LayerNormalization', config: { axis: [2, 1] }, weights: whole, behindConvolution },
        () => 'all',
        standard(1e-3),
        (value, [step, channel]) =>
          value * whole[0].data[step * 6 + channel] + whole[1].data[step * 6 + channel],
      );
    }
  });

  it('takes an axis in the middle', () => {
    const [scale, shift] = [weight('gamma', [4]), weight('beta', [4])];
    expectNormalized(
      { className: 'LayerNormalization', config: { axis: 1 }, weights: [scale, shift] },
      ([, channel]) => String(channel),
      standard(1e-3),
      (value, [step]) => value * scale.data[step] + shift.data[step],
    );
  });

  it('multiplies by the reciprocal of the deviation where Keras calls that rms_scaling', () => {
    expectNormalized(
      { className: 'LayerNormalization', config: { rms_scaling: true }, weights: [gamma] },
      byRow,
      (values) => values.map((value) => value / Math.sqrt(meanOfSquares(centred(values)) + 1e-3)),
      (value, [, channel]) => value * gamma.data[channel],
    );
  });
});

describe('GroupNormalization', () => {
  const [gamma, beta] = [weight('gamma', [6]), weight('beta', [6])];
  const affine = (value: number, indices: readonly number[]): number => {
    const channel = indices[indices.length - 1];
    return value * gamma.data[channel] + beta.data[channel];
  };

  it.each([1, 2, 3, 6, -1])('normalizes %i groups of channels', (groups) => {
    const count = groups === -1 ? 6 : groups;
    for (const [shape, behindConvolution] of [
      [[4, 6], false],
      [[4, 6], true],
      [[3, 2, 6], false],
    ] as const) {
      expectNormalized(
        {
          className: 'GroupNormalization',
          config: { groups },
          shape,
          weights: [gamma, beta],
          behindConvolution,
        },
        (indices) => String(Math.floor((indices[indices.length - 1] * count) / 6)),
        standard(1e-3),
        affine,
      );
    }
  });

  it('takes the channels from another axis', () => {
    expectNormalized(
      { className: 'GroupNormalization', config: { groups: 2, axis: 1, scale: false, center: false } },
      ([step]) => String(Math.floor(step / 2)),
      standard(1e-3),
    );
  });

  it('leaves nothing but the shift of groups of one element', () => {
    const { output } = outputOf({
      className: 'GroupNormalization',
      config: { groups: 6 },
      shape: [6],
      weights: [gamma, beta],
    });
    for (const [channel, value] of output.entries()) expect(value).toBeCloseTo(beta.data[channel], 5);
  });
});

it.each([
  [{}, 1e-6],
  [{ axis: [2], epsilon: 0.5 }, 0.5],
] as const)('RMSNormalization divides by the root of the mean of squares (%j)', (config, epsilon) => {
  const scale = weight('scale', [6]);
  expectNormalized(
    { className: 'RMSNormalization', config, weights: [scale] },
    byRow,
    (values) => values.map((value) => value / Math.sqrt(meanOfSquares(values) + epsilon)),
    (value, [, channel]) => value * scale.data[channel],
  );
});

describe('along other axes than the last', () => {
  const unit: Rule = (values) =>
    values.map((value) => value / Math.sqrt(values.length * meanOfSquares(values)));
  const softmax: Rule = (values) => {
    const sum = values.reduce((all, value) => all + Math.exp(value), 0);
    return values.map((value) => Math.exp(value) / sum);
  };

  it.each([
    ['UnitNormalization', unit],
    ['Softmax', softmax],
  ] as const)('%s moves them there', (className, rule) => {
    for (const behindConvolution of [true, false]) {
      expectNormalized(
        { className, config: { axis: 1 }, behindConvolution },
        ([, channel]) => String(channel),
        rule,
      );
      expectNormalized({ className, config: { axis: [1, 2] }, behindConvolution }, () => 'all', rule);
    }
    const shape = [2, 3, 4];
    expectNormalized({ className, config: { axis: [3, 1] }, shape }, ([, second]) => String(second), rule);
    expectNormalized({ className, config: { axis: [-1] }, shape }, (at) => at.slice(0, -1).join(), rule);
  });
});

it('SpectralNormalization is the layer inside it once training is over', () => {
  const kernel = weight('kernel', [6, 2]);
  const topology: JsonObject = {
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [
        { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 6] } },
        {
          class_name: 'SpectralNormalization',
          config: {
            name: 'norm',
            layer: { class_name: 'Dense', config: { name: 'd', units: 2, use_bias: false } },
          },
        },
      ],
    },
    keras_version: '3.5.0',
  };
  const weights = [{ ...kernel, name: 'norm/d/kernel' }, weight('vector_u', [1, 2])];
  const x = drawn('input', 6);
  const [output] = createInterpreter(importKeras({ topology, weights })).invoke([x]) as readonly [
    Float32Array,
  ];
  for (const unit of [0, 1]) {
    const sum = x.reduce((total, value, index) => total + value * kernel.data[index * 2 + unit], 0);
    expect(output[unit]).toBeCloseTo(sum, 4);
  }
});
