/**
 * Activations that TFLM has no operator for, as sums and products of those that it has. Each has an operator inside that is
 * never int8 (EXP, LOG, SQRT, CEIL), and ends in one of two computed operands or in such a one, so that in an int8 model all
 * of it stays in float32 and its error is that of one rounding: half a step (`passes/quantize/real-regions.ts`).
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
  'abs' | 'ceil' | 'exp' | 'log' | 'neg' | 'relu' | 'rsqrt' | 'sqrt' | 'square' | 'tanh'
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

/** x · slope + 1/2 within 0 and 1, as relu6(6 · slope · x + 3) / 6: a clamp that TFLite fuses. */
export function hardSigmoid(slope: number): Apply {
  return (writer, part, input) => {
    const scaled =
      slope === 1 / 6
        ? input
        : writer.add('mul', within(part, 'scale'), { activation: 'none' }, [
            input,
            scalar(writer, 'slope', 6 * slope),
          ]);
    const clamped = writer.add('add', within(part, 'clamp'), { activation: 'relu6' }, [
      scaled,
      scalar(writer, 'three', 3),
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

/** x · Φ(x) = max(x, 0) − |x| · (1 − erf(|x| / √2)) / 2, to 7.5e-8 · |x|. */
export const gelu = fromSteps((s, x) => {
  const magnitude = s.of('abs', x);
  const sum = s.with('add', 'sum', s.with('mul', 'scaled', magnitude, ERF_P * Math.SQRT1_2), 1);
  const t = s.of('square', s.of('rsqrt', sum), 't');
  const [last, ...others] = ERF_SERIES.map((term) => term / 2).reverse();
  let series = s.with('mul', 'series_5', t, last);
  for (const [index, term] of others.entries()) {
    const step = `series_${others.length - index}`;
    series = s.join('mul', step, t, s.with('add', `${step}/sum`, series, term));
  }
  const decayed = s.of('exp', s.with('mul', 'exponent', s.of('square', x), -0.5));
  const tail = s.join('mul', 'tail', s.join('mul', 'share', series, decayed), magnitude);
  return s.join('sub', '', s.of('relu', x), tail);
});

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
