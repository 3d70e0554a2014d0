/**
 * Activations that TFLM has no operator for, as sums and products of those that it has. Each has an operator inside that is
 * never int8 (EXP, LOG, SQRT, CEIL), and ends in one of two computed operands or in such a one, so that in an int8 model all
 * of it stays in float32 and its error is that of one rounding: half a step (`passes/quantize/types/real-regions.ts`).
 */

import type { OpKind } from '../../ops/index.ts';
import type { NodeWriter } from './node-writer.ts';

/** Nodes for a function of every element; `part` names the last one. */
export type Apply = <Tensor>(writer: NodeWriter<Tensor>, part: string, input: Tensor) => Tensor;

/** A node before the one that carries the name of the whole part. */
export function within(part: string, step: string): string {
  return part === '' ? step : `${part}/${step}`;
}

export function scalar<Tensor>(writer: NodeWriter<Tensor>, part: string, value: number): Tensor {
  return writer.constant(part, [1], Float32Array.of(value));
}

type Unary = Extract<
  OpKind,
  'abs' | 'ceil' | 'exp' | 'floor' | 'log' | 'neg' | 'relu' | 'rsqrt' | 'sqrt' | 'square' | 'tanh'
>;
type Binary = Extract<OpKind, 'add' | 'sub' | 'mul'>;

/** Appends the steps of one function; an empty name is that of the whole. */
class Steps<Tensor> {
  readonly #writer: NodeWriter<Tensor>;
  readonly #part: string;

  constructor(writer: NodeWriter<Tensor>, part: string) {
    this.#writer = writer;
    this.#part = part;
  }

  of(kind: Unary, x: Tensor, step: string = kind): Tensor {
    return this.#writer.add(kind, this.#name(step), {}, [x]);
  }

  join(kind: Binary, step: string, a: Tensor, b: Tensor): Tensor {
    return this.#writer.add(kind, this.#name(step), { activation: 'none' }, [a, b]);
  }

  /** With a number behind it. */
  with(kind: Binary, step: string, x: Tensor, number: number): Tensor {
    return this.join(kind, step, x, scalar(this.#writer, within(this.#name(step), 'number'), number));
  }

  limit(kind: 'minimum' | 'maximum', step: string, x: Tensor, number: number): Tensor {
    const limit = scalar(this.#writer, within(this.#name(step), 'number'), number);
    return this.#writer.add(kind, this.#name(step), {}, [x, limit]);
  }

  /** Another function inside this one. */
  call(apply: Apply, step: string, x: Tensor): Tensor {
    return apply(this.#writer, this.#name(step), x);
  }

  #name(step: string): string {
    return step === '' ? this.#part : within(this.#part, step);
  }
}

function fromSteps(build: <Tensor>(steps: Steps<Tensor>, x: Tensor) => Tensor): Apply {
  return (writer, part, input) => build(new Steps(writer, part), input);
}

/** eˣ. */
export const exponential = fromSteps((s, x) => s.of('exp', x, ''));

/** log(1 + e^−|x|). */
function logOfDecay<Tensor>(s: Steps<Tensor>, x: Tensor): Tensor {
  const decayed = s.of('exp', s.of('neg', s.of('abs', x)));
  return s.of('log', s.with('add', 'sum', decayed, 1));
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which nothing overflows. */
export const softplus = fromSteps((s, x) => s.join('add', '', s.of('relu', x), logOfDecay(s, x)));

/** −softplus(−x) = min(x, 0) − log(1 + e^−|x|). */
export const logSigmoid = fromSteps((s, x) =>
  s.join('sub', '', s.limit('minimum', 'below', x, 0), logOfDecay(s, x)),
);

/** x / (1 + |x|), with |x| as √x² and the reciprocal as the square of a reciprocal root. */
export const softsign = fromSteps((s, x) => {
  const magnitude = s.of('sqrt', s.of('square', x));
  const root = s.of('rsqrt', s.with('add', 'sum', magnitude, 1));
  return s.join('mul', '', x, s.of('square', root, 'reciprocal'));
});

/** x · tanh(softplus(x)). */
export const mish = fromSteps((s, x) => s.join('mul', '', x, s.of('tanh', s.call(softplus, 'softplus', x))));

/** (x + √(x² + 4)) / 2. */
export const squareplus = fromSteps((s, x) => {
  const root = s.of('sqrt', s.with('add', 'sum', s.of('square', x), 4));
  return s.join('add', '', s.with('mul', 'half', x, 0.5), s.with('mul', 'half_root', root, 0.5));
});

/** scale · x for positive x, scale · alpha · (eˣ − 1) for negative x: what is below is max(1 − eˣ, 0). */
export function scaledElu(alpha: number, scale: number): Apply {
  return fromSteps((s, x) => {
    const below = s.of('relu', s.with('add', 'sum', s.of('neg', s.of('exp', x)), 1), 'below');
    const above = s.of('relu', x);
    const scaled = scale === 1 ? above : s.with('mul', 'above', above, scale);
    return s.join('sub', '', scaled, s.with('mul', 'scaled_below', below, scale * alpha));
  });
}

/** slope · x + offset within 0 and 1, as relu6(6 · slope · x + 6 · offset) / 6: a clamp that TFLite fuses. */
export function hardSigmoid(slope: number, offset = 0.5): Apply {
  return (writer, part, input) => {
    const scaled =
      Math.fround(6 * slope) === 1
        ? input
        : writer.add('mul', within(part, 'scale'), { activation: 'none' }, [
            input,
            scalar(writer, 'slope', 6 * slope),
          ]);
    const clamped = writer.add('add', within(part, 'clamp'), { activation: 'relu6' }, [
      scaled,
      scalar(writer, 'three', 6 * offset),
    ]);
    return writer.add('mul', part, { activation: 'none' }, [clamped, scalar(writer, 'sixth', 1 / 6)]);
  };
}

/** As Keras has them. */
export const selu = scaledElu(1.6732632423543772, 1.0507009873554805);

/** x · e^log_sigmoid(√(8/π) · (x + 0.044715 x³)): GELU by way of tanh, since (1 + tanh u) / 2 is the logistic of 2u. */
export const geluByTanh = fromSteps((s, x) => {
  const factor = Math.sqrt(8 / Math.PI);
  const inner = s.with('add', 'sum', s.with('mul', 'cubic', s.of('square', x), 0.044715 * factor), factor);
  const share = s.call(logSigmoid, 'log_sigmoid', s.join('mul', 'inner', x, inner));
  return s.join('mul', '', x, s.of('exp', share));
});

/** Abramowitz and Stegun 7.1.26: 1 − erf(z) = t · (a₁ + t · (a₂ + …)) · e^−z² with t = 1 / (1 + p z), to 1.5e-7. */
const ERF_P = 0.3275911;
const ERF_SERIES = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];

/** (1 − erf(scale · |x|)) · share, of |x|. */
function tailOf<Tensor>(
  s: Steps<Tensor>,
  x: Tensor,
  magnitude: Tensor,
  scale: number,
  share: number,
): Tensor {
  const sum = s.with('add', 'sum', s.with('mul', 'scaled', magnitude, ERF_P * scale), 1);
  const t = s.of('square', s.of('rsqrt', sum), 't');
  const [last, ...others] = ERF_SERIES.map((term) => term * share).reverse();
  let series = s.with('mul', 'series_5', t, last);
  for (const [index, term] of others.entries()) {
    const step = `series_${others.length - index}`;
    series = s.join('mul', step, t, s.with('add', `${step}/sum`, series, term));
  }
  const decayed = s.of('exp', s.with('mul', 'exponent', s.of('square', x), -scale * scale));
  return s.join('mul', 'share', series, decayed);
}

/** x · Φ(x) = max(x, 0) − |x| · (1 − erf(|x| / √2)) / 2, to 7.5e-8 · |x|. */
export const gelu = fromSteps((s, x) => {
  const magnitude = s.of('abs', x);
  const tail = s.join('mul', 'tail', tailOf(s, x, magnitude, Math.SQRT1_2, 0.5), magnitude);
  return s.join('sub', '', s.of('relu', x), tail);
});

/** −1, 0 or 1: ⌈x⌉ + ⌊x⌋ kept within −1 and 1. */
export const sign = fromSteps((s, x) => {
  const ends = s.join('add', 'ends', s.of('ceil', x), s.of('floor', x));
  return s.limit('minimum', '', s.limit('maximum', 'least', ends, -1), 1);
});

/** sign(x) − sign(x) · (1 − erf(|x|)), to 1.5e-7. */
export const erf = fromSteps((s, x) => {
  const signed = s.call(sign, 'sign', x);
  const tail = tailOf(s, x, s.of('abs', x), 1, 1);
  return s.join('sub', '', signed, s.join('mul', 'tail', signed, tail));
});

/** Kept within two numbers, either of which may be infinite. */
export function clamp(low: number, high: number): Apply {
  return (writer, part, input) => {
    if (low === 0 && high === 6) return writer.add('relu6', part, {}, [input]);
    const raise = high === Infinity ? part : within(part, 'raise');
    const limit = (name: string, value: number) => scalar(writer, within(part, name), value);
    const raised =
      low === 0
        ? writer.add('relu', raise, {}, [input])
        : low === -Infinity
          ? input
          : writer.add('maximum', raise, {}, [input, limit('least', low)]);
    return high === Infinity ? raised : writer.add('minimum', part, {}, [raised, limit('most', high)]);
  };
}

/** With the mean and the reciprocal of the deviation that it was made with, both with reduced axes of length 1. */
export interface Normalized<Tensor> {
  readonly result: Tensor;
  readonly mean: Tensor;
  readonly inverse: Tensor;
}

/** (x − mean) / √(variance + ε) over axes in ascending order; the last node carries the name `part`. */
export function normalized<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  axes: readonly number[],
  epsilon: number,
): Normalized<Tensor> {
  const reduced = { axes, keepDims: true };
  const mean = writer.add('mean', within(part, 'mean'), reduced, [input]);
  const squares = writer.add('squared_difference', within(part, 'squares'), {}, [input, mean]);
  const variance = writer.add('mean', within(part, 'variance'), reduced, [squares]);
  const least = scalar(writer, within(part, 'epsilon'), epsilon);
  const sum = writer.add('add', within(part, 'sum'), { activation: 'none' }, [variance, least]);
  const inverse = writer.add('rsqrt', within(part, 'inverse'), {}, [sum]);
  const centred = writer.add('sub', within(part, 'centred'), { activation: 'none' }, [input, mean]);
  return { result: writer.add('mul', part, { activation: 'none' }, [centred, inverse]), mean, inverse };
}

/**
 * Keras' ReLU whose threshold is not 0: x above it, and slope · (x − threshold) elsewhere; what is above is kept within
 * 0 and `maxValue` if that is finite. ⌈x − threshold⌉ within 0 and 1 is whether x lies above.
 */
export function thresholdedRelu(threshold: number, maxValue: number, slope: number): Apply {
  return fromSteps((s, x) => {
    const distance = s.with('sub', 'distance', x, threshold);
    const above = s.limit('minimum', 'above', s.of('relu', s.of('ceil', distance)), 1);
    const limited = maxValue !== Infinity;
    const last = slope === 0;
    const passed = s.join('mul', last && !limited ? '' : 'passed', x, above);
    const positive = limited && threshold < 0 ? s.limit('maximum', 'positive', passed, 0) : passed;
    const kept = limited ? s.limit('minimum', last ? '' : 'limit', positive, maxValue) : positive;
    if (last) return kept;
    const below = s.of('relu', s.of('neg', distance), 'below');
    return s.join('sub', '', kept, s.with('mul', 'scaled_below', below, slope));
  });
}
