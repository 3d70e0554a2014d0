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

/** |x| as √x². */
function magnitudeOf<Tensor>(s: Steps<Tensor>, x: Tensor): Tensor {
  return s.of('sqrt', s.of('square', x), 'magnitude');
}

/** x / (1 + |x|), with the reciprocal as the square of a reciprocal root. */
export const softsign = fromSteps((s, x) => {
  const root = s.of('rsqrt', s.with('add', 'sum', magnitudeOf(s, x), 1));
  return s.join('mul', '', x, s.of('square', root, 'reciprocal'));
});

/** x · tanh(softplus(x)). */
export const mish = fromSteps((s, x) => s.join('mul', '', x, s.of('tanh', s.call(softplus, 'softplus', x))));

/** (x + √(x² + b)) / 2; Keras' activation has 4 for b. */
export function squareplus(b: number): Apply {
  return fromSteps((s, x) => {
    const root = s.of('sqrt', s.with('add', 'sum', s.of('square', x), b));
    return s.join('add', '', s.with('mul', 'half', x, 0.5), s.with('mul', 'half_root', root, 0.5));
  });
}

/** x nearer to 0 by the threshold, and 0 where it is no farther from it: 2 max(x − t, 0) − max(|x| − t, 0). */
export function softShrink(threshold: number): Apply {
  return fromSteps((s, x) => {
    const above = s.of('relu', s.with('sub', 'above/distance', x, threshold), 'above');
    const far = s.of('relu', s.with('sub', 'far/distance', magnitudeOf(s, x), threshold), 'far');
    return s.join('sub', '', s.with('mul', 'twice', above, 2), far);
  });
}

/** Whether x lies above a number, as 1 or 0: ⌈x − number⌉ within 0 and 1. */
function isAbove<Tensor>(s: Steps<Tensor>, x: Tensor, number: number): Tensor {
  return s.limit('minimum', 'above', s.of('relu', s.of('ceil', s.with('sub', 'distance', x, number))), 1);
}

/** x where it is farther from 0 than the threshold, and 0 elsewhere. */
export function hardShrink(threshold: number): Apply {
  return fromSteps((s, x) => s.join('mul', '', x, isAbove(s, s.of('abs', x), threshold)));
}

/** x above the threshold, and a number elsewhere. */
export function threshold(least: number, otherwise: number): Apply {
  return fromSteps((s, x) => {
    const above = isAbove(s, x, least);
    if (otherwise === 0) return s.join('mul', '', x, above);
    const rest = s.with('add', 'rest', s.of('neg', s.with('mul', 'share', above, otherwise)), otherwise);
    return s.join('add', '', s.join('mul', 'passed', x, above), rest);
  });
}

/** x − tanh(x), which is odd: twice that of max(x, 0), less that of |x|. */
export const tanhShrink = fromSteps((s, x) => {
  const shrunk = (step: string, y: typeof x) => s.join('sub', step, y, s.of('tanh', y, `${step}/tanh`));
  const twice = s.with('mul', 'twice', shrunk('above', s.of('relu', x)), 2);
  return s.join('sub', '', twice, shrunk('far', magnitudeOf(s, x)));
});

/** 0 below −1, (x + 1)² / 4 up to 1, and x above; max(x + 1, 0) as half of x + 1 + |x + 1|. */
export const sparsePlus = fromSteps((s, x) => {
  const raised = s.with('add', 'raised', x, 1);
  const half = s.with('mul', 'half', s.join('add', 'twice', raised, magnitudeOf(s, raised)), 0.5);
  const bent = s.limit('minimum', 'bent', s.of('relu', half), 2);
  const above = s.of('relu', s.with('sub', 'lowered', x, 1), 'above');
  return s.join('add', '', above, s.with('mul', 'quarter', s.of('square', bent, 'bent/square'), 0.25));
});

/** One half of the last axis, times the logistic of the other. */
export const glu: Apply = (writer, part, input) => {
  const axis = writer.shapeOf(input).length - 1;
  const [value, gate] = writer.addMany('split', within(part, 'halves'), { axis, count: 2 }, [input]);
  const opened = writer.add('logistic', within(part, 'gate'), {}, [gate]);
  return writer.add('mul', part, { activation: 'none' }, [value, opened]);
};

/** max(x, 0) + min(α (e^(x/α) − 1), 0), which is α · elu(x / α). */
export function celu(alpha: number): Apply {
  return (writer, part, input) => {
    if (alpha === 1) return writer.add('elu', part, {}, [input]);
    const factor = (step: string, x: typeof input, number: number, name: string) =>
      writer.add('mul', name, { activation: 'none' }, [x, scalar(writer, within(part, step), number)]);
    const inner = factor('inner/number', input, 1 / alpha, within(part, 'inner'));
    const bent = writer.add('elu', within(part, 'elu'), {}, [inner]);
    return factor('outer/number', bent, alpha, part);
  };
}

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
