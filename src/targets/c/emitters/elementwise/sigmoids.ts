import type { Int16Argument } from '../../../../kernels/int16/sigmoid.ts';
import type { CDefinition } from '../../c-code.ts';
import { LOGISTIC_INT16, TANH_OF_INT16 } from '../../definitions/elements/sigmoids.ts';
import { unary } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';

const of =
  (definition: CDefinition) =>
  (step: CStep<unknown, Int16Argument>): Emission =>
    unary(step, definition, [step.prepared.multiplier, step.prepared.rightShift].map(String));

export const logisticInt16 = of(LOGISTIC_INT16);
export const tanhInt16 = of(TANH_OF_INT16);
