import { WHOLE } from '../definitions/inlining.ts';
import type { Emitter } from '../emitter.ts';
import type { Optimize } from '../optimize.ts';

/** Weights of 4 bits, two in a byte, have one emitter for every goal. */
export function ofBytes<Attributes, Prepared>(
  bytes: Emitter<Attributes, Prepared>,
  nibbles: Emitter<Attributes, Prepared>,
): Emitter<Attributes, Prepared> {
  return (step) => (step.inputs[1]?.type.dtype === 'int4' ? nibbles(step) : bytes(step));
}

/** The same in a function of its own. */
export function whole<Attributes, Prepared>(
  emitter: Emitter<Attributes, Prepared>,
): Emitter<Attributes, Prepared> {
  return (step) => {
    const emission = emitter(step);
    return { ...emission, definitions: [...emission.definitions, WHOLE], isWhole: true };
  };
}

/** Another emitter for programs that are to be best at something. */
export function byGoal<Attributes, Prepared>(
  balanced: Emitter<Attributes, Prepared>,
  others: Readonly<Partial<Record<Optimize, Emitter<Attributes, Prepared>>>>,
): Emitter<Attributes, Prepared> {
  return (step) => (others[step.optimize] ?? balanced)(step);
}
