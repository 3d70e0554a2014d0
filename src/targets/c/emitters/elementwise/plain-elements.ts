import type { Select } from '../../../../kernels/select.ts';
import { C_TYPES } from '../../c-code.ts';
import { CAST, LOGICAL_NOT, SELECT } from '../../definitions/elements/plain-elements.ts';
import { stepwise, unary } from '../../elements.ts';
import type { CStep, CTensor, Emission } from '../../emitter.ts';
import { copy } from '../copy.ts';

export function cast(step: CStep<unknown, unknown>): Emission {
  const [from, to] = [step.inputs[0] as CTensor, step.outputs[0]].map(({ type }) => C_TYPES[type.dtype]);
  return from === to ? copy(step) : unary(step, CAST(from, to));
}

export const logicalNot = (step: CStep<unknown, unknown>): Emission => unary(step, LOGICAL_NOT);

export function select(step: CStep<unknown, Select>): Emission {
  const { counts, condition, x, y } = step.prepared;
  const definition = SELECT(C_TYPES[step.outputs[0].type.dtype]);
  return stepwise(
    step,
    counts,
    [condition, x, y].map((steps, position) => ({ position, steps })),
    definition,
  );
}
