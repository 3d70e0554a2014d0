/** Operators of one element, or of one of each operand, in plain loops. */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import { operandIndex, operandSteps } from '../../../kernels/broadcast.ts';
import type { ActivationCode } from '../../../kernels/training/kernels.ts';
import { addSlots } from '../../compiled/layers/merge.ts';
import { type Run, samplesOf } from '../../compiled/run.ts';
import type { Slot } from '../../compiled/step-plan.ts';
import { type CompileOperator, computed, type Operand, type OperatorContext } from './operator.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** A function whose derivative is known from its argument and its value. */
interface Derivable {
  value(x: number): number;
  derivative(x: number, y: number): number;
}

function own(context: OperatorContext): Slot {
  return context.plan.slot(context.outputShapes[0], context.learns);
}

/** With the kernels of training. */
export function compileCoded(code: ActivationCode) {
  return (_: unknown, context: OperatorContext): readonly Slot[] => {
    const input = computed(context);
    const output = own(context);
    const { plan } = context;
    const { size } = output;
    plan.forward.addBySample(({ kernels }, first, end) => {
      const offset = first * size * FLOAT_BYTES;
      kernels.activate(code, input.address + offset, output.address + offset, (end - first) * size);
    });
    const [from, to] = [output.gradient, input.gradient];
    if (from !== undefined && to !== undefined) {
      plan.backward.addBySample(({ kernels }, first, end) => {
        const offset = first * size * FLOAT_BYTES;
        const count = (end - first) * size;
        kernels.activateBackward(code, output.address + offset, from + offset, to + offset, count);
      });
    }
    return [context.finish(output)];
  };
}

function compileFunction(context: OperatorContext, { value, derivative }: Derivable): readonly Slot[] {
  const input = computed(context);
  const output = own(context);
  const { size } = output;
  context.plan.forward.addBySample((run, first, end) => {
    const [x, y] = [input, output].map(({ address }) => samplesOf(run, address, size, first, end));
    for (let i = 0; i < y.length; i++) y[i] = value(x[i]);
  });
  const [from, to] = [output.gradient, input.gradient];
  if (from === undefined || to === undefined) return [context.finish(output)];
  context.plan.backward.addBySample((run, first, end) => {
    const [x, y, dy, dx] = [input.address, output.address, from, to].map((address) =>
      samplesOf(run, address, size, first, end),
    );
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * derivative(x[i], y[i]);
  });
  return [context.finish(output)];
}

function unary(f: Derivable) {
  return (_: unknown, context: OperatorContext): readonly Slot[] => compileFunction(context, f);
}

export const compileLeakyRelu: CompileOperator<'leaky_relu'> = ({ alpha }, context) =>
  compileFunction(context, {
    value: (x) => (x >= 0 ? x : alpha * x),
    derivative: (x) => (x >= 0 ? 1 : alpha),
  });

export const compileElu = unary({
  value: (x) => (x >= 0 ? x : Math.expm1(x)),
  derivative: (x, y) => (x >= 0 ? 1 : y + 1),
});

export const compileHardSwish = unary({
  value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
});

export const compileAbs = unary({ value: Math.abs, derivative: Math.sign });
export const compileSquare = unary({ value: (x) => x * x, derivative: (x) => 2 * x });
export const compileNeg = unary({ value: (x) => -x, derivative: () => -1 });

/** A function of two numbers, with what a unit of either changes. */
interface Combination {
  value(a: number, b: number): number;
  byFirst(a: number, b: number): number;
  bySecond(a: number, b: number): number;
}

/** An operand of a loop over the output's elements. */
interface Walked {
  /** Its elements of samples `first` up to `end`. */
  data(run: Run, first: number, end: number): Float32Array;
  /** Elements from one row to the next: none of a constant. */
  readonly stride: number;
  readonly index: Int32Array | undefined;
  readonly gradient: number | undefined;
}

function walked(operand: Operand, output: Shape): Walked {
  const index = operandIndex(output, operandSteps(operand.shape, output));
  if ('data' in operand) {
    const data = operand.data as Float32Array;
    return { data: () => data, stride: 0, index, gradient: undefined };
  }
  const { address, size, gradient } = operand.slot;
  return {
    data: (run, first, end) => samplesOf(run, address, size, first, end),
    ...{ stride: size, index, gradient },
  };
}

/** Samples of a batch, from the first up to the last. */
type Samples = readonly [first: number, end: number];

function propagate(
  run: Run,
  samples: Samples,
  [to, other]: readonly [Walked, Walked],
  dy: Float32Array,
  size: number,
  share: (own: number, other: number) => number,
): void {
  if (to.gradient === undefined) return;
  const dTo = samplesOf(run, to.gradient, to.stride, ...samples);
  dTo.fill(0);
  const [x, z] = [to.data(run, ...samples), other.data(run, ...samples)];
  for (let row = 0; row * size < dy.length; row++) {
    for (let i = 0; i < size; i++) {
      const at = row * to.stride + (to.index?.[i] ?? i);
      dTo[at] += dy[row * size + i] * share(x[at], z[row * other.stride + (other.index?.[i] ?? i)]);
    }
  }
}

function compileCombination(
  context: OperatorContext,
  { value, byFirst, bySecond }: Combination,
): readonly Slot[] {
  const output = own(context);
  const { size, shape, gradient } = output;
  const [a, b] = context.operands.map((operand) => walked(operand as Operand, shape));
  context.plan.forward.addBySample((run, ...samples) => {
    const [x, z] = [a.data(run, ...samples), b.data(run, ...samples)];
    const y = samplesOf(run, output.address, size, ...samples);
    for (let row = 0; row * size < y.length; row++) {
      for (let i = 0; i < size; i++) {
        y[row * size + i] = value(
          x[row * a.stride + (a.index?.[i] ?? i)],
          z[row * b.stride + (b.index?.[i] ?? i)],
        );
      }
    }
  });
  if (gradient !== undefined) {
    context.plan.backward.addBySample((run, ...samples) => {
      const dy = samplesOf(run, gradient, size, ...samples);
      propagate(run, samples, [a, b], dy, size, byFirst);
      propagate(run, samples, [b, a], dy, size, (second, first) => bySecond(first, second));
    });
  }
  return [context.finish(output)];
}

function binary(combination: Combination) {
  return (_: unknown, context: OperatorContext): readonly Slot[] => compileCombination(context, combination);
}

const SUM: Combination = { value: (a, b) => a + b, byFirst: () => 1, bySecond: () => 1 };

/** Of equal shapes, which residual networks are full of, with the kernels of training. */
export const compileAdd: CompileOperator<'add'> = (_, context) => {
  const { plan, operands, outputShapes } = context;
  const slots = operands.flatMap((operand) =>
    operand !== undefined && 'slot' in operand ? operand.slot : [],
  );
  const size = elementCount(outputShapes[0]);
  if (slots.length < 2 || slots.some((slot) => slot.size !== size)) {
    return compileCombination(context, SUM);
  }
  return [context.finish(addSlots(plan, slots, outputShapes[0]))];
};

export const compileSub = binary({ value: (a, b) => a - b, byFirst: () => 1, bySecond: () => -1 });
export const compileMul = binary({ value: (a, b) => a * b, byFirst: (_, b) => b, bySecond: (a) => a });
export const compilePrelu = binary({
  value: (x, alpha) => (x >= 0 ? x : alpha * x),
  byFirst: (x, alpha) => (x >= 0 ? 1 : alpha),
  bySecond: (x) => (x >= 0 ? 0 : x),
});
export const compileMaximum = binary({
  value: Math.max,
  byFirst: (a, b) => (a >= b ? 1 : 0),
  bySecond: (a, b) => (a >= b ? 0 : 1),
});
export const compileMinimum = binary({
  value: Math.min,
  byFirst: (a, b) => (a <= b ? 1 : 0),
  bySecond: (a, b) => (a <= b ? 0 : 1),
});
