import type { Emitter } from '../../emitter.ts';

/** Weights that are constants are laid out for their loop; those that are computed, looked up for example, stay as they come. */
export function ifConstant<Prepared>(
  constant: Emitter<unknown, Prepared>,
  computed: Emitter<unknown, Prepared>,
): Emitter<unknown, Prepared> {
  return (step) => {
    const [, weights, bias] = step.inputs;
    const isConstant = weights?.data !== undefined && (bias === undefined || bias.data !== undefined);
    return isConstant ? constant(step) : computed(step);
  };
}
