import { tensorBytes } from '../../../core/tensor.ts';
import type { CStep, Emission } from '../emitter.ts';

/** READ_VARIABLE */
export function readVariable({ outputs }: CStep<unknown, unknown>): Emission {
  const bytes = tensorBytes(outputs[0].type);
  return {
    definitions: [],
    call: (places) => `memcpy(${places.output(0)}, ${places.input(0)}, ${bytes});`,
  };
}

/** ASSIGN_VARIABLE; its output is what was assigned. */
export function assignVariable({ outputs }: CStep<unknown, unknown>): Emission {
  const bytes = tensorBytes(outputs[0].type);
  return {
    definitions: [],
    call: (places) => `memcpy(${places.state(0)}, ${places.input(1)}, ${bytes});
memcpy(${places.output(0)}, ${places.input(1)}, ${bytes});`,
  };
}
