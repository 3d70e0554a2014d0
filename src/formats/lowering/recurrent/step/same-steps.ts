/** Proof by values that a network of one time step is that of the whole sequence. */

import { createRandom } from '../../../../core/random.ts';
import { elementCount, type Shape } from '../../../../core/tensor.ts';
import { createInterpreter } from '../../../../interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../../ir/graph.ts';
import { noStepForm } from './no-step-form.ts';

/** Amplitudes of the sequences that both read: small ones leave sigmoids their slopes, large ones reach their ends. */
const AMPLITUDES = [0.3, 1, 3];
/** Of the largest value: the same sums, in another order at most. */
const TOLERANCE = 1e-4;

/** Slice `index` of `count` equal ones along an axis, row-major. */
function sliceOf(data: Float32Array, shape: Shape, axis: number, index: number, count: number): Float32Array {
  const inner = elementCount(shape.slice(axis)) / count;
  const outer = elementCount(shape.slice(0, axis));
  const slice = new Float32Array(outer * inner);
  for (let row = 0; row < outer; row++) {
    const from = (row * count + index) * inner;
    slice.set(data.subarray(from, from + inner), row * inner);
  }
  return slice;
}

/** The axis along which an output has all steps; undefined where it is that of the last one. */
function axisOfSteps(whole: Shape, step: Shape, steps: number): number | undefined {
  if (whole.length === step.length) {
    const differing = whole.flatMap((size, axis) => (size === step[axis] ? [] : [axis]));
    const [axis] = differing;
    if (differing.length === 0) return undefined;
    if (differing.length === 1 && whole[axis] === steps * step[axis]) return axis;
  }
  throw noStepForm(`An output has shape [${whole.join(', ')}] of all steps and [${step.join(', ')}] of one`);
}

/** What is compared with each step, or with the last one alone, from the whole sequence. */
interface Expected {
  readonly axis: number | undefined;
  readonly shape: Shape;
}

function floatsOf(outputs: readonly unknown[]): readonly Float32Array[] {
  return outputs.map((output) => Float32Array.from(output as ArrayLike<number>));
}

const largestOf = (values: Iterable<number>): number => {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
};

/**
 * Both read random sequences; `axis` is that of time in the input. Throws `no-step-form` (unsupported) where they differ, and where
 * outputs that never change leave nothing to compare.
 */
export function requireSameSteps(whole: Graph, step: Graph, axis: number): void {
  const { shape } = getValue(whole, whole.inputs[0]).type;
  const steps = shape[axis];
  const expected = whole.outputs.map((id, index): Expected => {
    const own = getValue(whole, id).type.shape;
    return { axis: axisOfSteps(own, getValue(step, step.outputs[index]).type.shape, steps), shape: own };
  });
  const [all, one] = [createInterpreter(whole), createInterpreter(step)];
  const random = createRandom(1, 'steps');
  const changes = expected.map(() => false);
  for (const amplitude of AMPLITUDES) {
    const input = Float32Array.from(
      { length: elementCount(shape) },
      () => (random.uniform() * 2 - 1) * amplitude,
    );
    const wanted = floatsOf(all.invoke([input]));
    const scale = Math.max(...wanted.map(largestOf), Number.MIN_VALUE);
    one.reset();
    let first: readonly Float32Array[] | undefined;
    for (let at = 0; at < steps; at++) {
      const made = floatsOf(one.invoke([sliceOf(input, shape, axis, at, steps)]));
      first ??= made;
      for (const [index, own] of expected.entries()) {
        changes[index] ||= made[index].some((value, place) => value !== first?.[index][place]);
        if (own.axis === undefined && at < steps - 1) continue;
        const values =
          own.axis === undefined ? wanted[index] : sliceOf(wanted[index], own.shape, own.axis, at, steps);
        const furthest = largestOf(made[index].map((value, place) => value - values[place]));
        if (furthest <= TOLERANCE * scale) continue;
        throw noStepForm(
          'What lies beside its recurrent layers looks along time, or at more than one step of it: step by step its output is not that of the whole sequence',
        );
      }
    }
  }
  if (changes.every((has) => has)) return;
  throw noStepForm('Its output is the same at every step, so that nothing tells whether it remembers');
}
