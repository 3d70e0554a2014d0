import { WHOLE } from '../definitions/inlining.ts';
import type { Emission, Emitter } from '../emitter.ts';
import type { Optimize } from '../optimize.ts';

/** Weights of 4 bits, two in a byte, have one emitter for every goal. */
export function ofBytes<Attributes, Prepared>(
  bytes: Emitter<Attributes, Prepared>,
  nibbles: Emitter<Attributes, Prepared>,
): Emitter<Attributes, Prepared> {
  return (step) => (step.inputs[1]?.type.dtype === 'int4' ? nibbles(step) : bytes(step));
}

/** The step with a function of its own. */
export function inOwnFunction(emission: Emission): Emission {
  return { ...emission, definitions: [...emission.definitions, WHOLE], isWhole: true };
}

/** The same in a function of its own. */
export function whole<Attributes, Prepared>(
  emitter: Emitter<Attributes, Prepared>,
): Emitter<Attributes, Prepared> {
  return (step) => inOwnFunction(emitter(step));
}

/** Another emitter for programs that are to be best at something. */
export function byGoal<Attributes, Prepared>(
  balanced: Emitter<Attributes, Prepared>,
  others: Readonly<Partial<Record<Optimize, Emitter<Attributes, Prepared>>>>,
): Emitter<Attributes, Prepared> {
  return (step) => (others[step.optimize] ?? balanced)(step);
}
