import { elementCount, type TensorData, type TensorType } from '../../../../core/tensor.ts';
import { int8Table } from '../../../../kernels/int8/lookup.ts';
import type { OpKind } from '../../../../ops/index.ts';
import { computeOnce, kernelOf } from '../../../../ops/kernel-of.ts';
import { LOOK_UP_FOURS } from '../../definitions/elements/look-up.ts';
import type { CStep, CTensor, Emission, Emitter } from '../../emitter.ts';
import { byGoal } from '../by-goal.ts';

const EVERY_INT8 = int8Table((value) => value);

/** The elements are one number, however often it stands there. */
function isOneNumber({ data, type }: CTensor): boolean {
  const numbers = data as Int8Array | undefined;
  return numbers !== undefined && type.dtype === 'int8' && numbers.every((number) => number === numbers[0]);
}

const ofShape = ({ type }: CTensor, count: number): TensorType => ({ ...type, shape: [count] });

/** Which input each element of the output is a function of; undefined where there are more, or none of int8. */
function variableOf({ inputs, outputs: [output] }: CStep<unknown, unknown>): number | undefined {
  const position = inputs.findIndex((input) => input?.data === undefined);
  const variable = inputs[position];
  const isFunction =
    variable !== undefined &&
    [variable, output].every(({ type }) => type.dtype === 'int8') &&
    elementCount(variable.type.shape) === elementCount(output.type.shape) &&
    inputs.every((input, at) => at === position || (input !== undefined && isOneNumber(input)));
  return isFunction ? position : undefined;
}

function tableOf(kind: OpKind, { attributes, inputs, outputs }: CStep<unknown, unknown>, variable: number) {
  const tensors = inputs as readonly CTensor[];
  const kernel = kernelOf(kind, 'int8');
  if (kernel === undefined) throw new Error(`${kind} has no kernel in int8`);
  const [table] = computeOnce(
    kernel,
    attributes,
    tensors.map((tensor, at) => ofShape(tensor, at === variable ? EVERY_INT8.length : 1)),
    outputs.map((tensor) => ofShape(tensor, EVERY_INT8.length)),
    tensors.map(({ data }, at) => (at === variable ? EVERY_INT8 : (data as Int8Array).slice(0, 1))),
  );
  return table as TensorData & Int8Array;
}

/** Where all is to be fast, functions of one int8 are looked up among their 256 results, which the interpreter's kernel gives. */
export function tabulated<Attributes, Prepared>(
  kind: OpKind,
  computed: Emitter<Attributes, Prepared>,
): Emitter<Attributes, Prepared> {
  return byGoal(computed, {
    speed(step): Emission {
      const variable = variableOf(step);
      if (variable === undefined) return computed(step);
      const name = step.constants.add(`${step.label}_table`, tableOf(kind, step, variable));
      const count = elementCount(step.outputs[0].type.shape);
      return {
        definitions: [LOOK_UP_FOURS],
        inPlace: [variable],
        call: (places) => `look_up_fours(${name}, ${places.input(variable)}, ${places.output(0)}, ${count});`,
      };
    },
  });
}
