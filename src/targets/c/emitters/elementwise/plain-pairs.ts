import type { Broadcast } from '../../../../kernels/broadcast.ts';
import { C_TYPES, type CDefinition, type CType } from '../../c-code.ts';
import { CHOOSE, type Choice, COMPARE, type Condition } from '../../definitions/elements/plain-pairs.ts';
import { pairwise } from '../../elements.ts';
import type { CStep, CTensor, Emission } from '../../emitter.ts';

function ofType(definition: (type: CType) => CDefinition) {
  return (step: CStep<unknown, Broadcast>): Emission => {
    const [{ type }] = step.inputs as readonly [CTensor];
    return pairwise(step, step.prepared, definition(C_TYPES[type.dtype]));
  };
}

/** One of both, of any type. */
export const chooses = (choice: Choice) => ofType((type) => CHOOSE(choice, type));

/** Whether something holds of both, of any type. */
export const compares = (condition: Condition) => ofType((type) => COMPARE(condition, type));
