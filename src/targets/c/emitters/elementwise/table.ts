import { int8Table } from '../../../../kernels/int8/lookup.ts';
import { LOOK_UP, LOOK_UP_FOURS } from '../../definitions/elements/look-up.ts';
import { unary } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';

/** Of an int8 operator whose arithmetic would take more of the flash than all 256 results. */
export function table<Prepared>(compute: (prepared: Prepared, value: number) => number) {
  return (step: CStep<unknown, Prepared>): Emission => {
    const results = int8Table((value) => compute(step.prepared, value));
    const look = step.optimize === 'speed' ? LOOK_UP_FOURS : LOOK_UP;
    return unary(step, look, [step.constants.add(`${step.label}_table`, results)]);
  };
}
