import { tensorBytes } from '../../../core/tensor.ts';
import type { CStep, Emission } from '../emitter.ts';

/** Of operators that change the shape alone. */
export function copy({ outputs }: CStep<unknown, unknown>): Emission {
  const bytes = tensorBytes(outputs[0].type);
  return {
    definitions: [],
    inPlace: [0],
    isCopy: true,
    call: (places) => `memcpy(${places.output(0)}, ${places.input(0)}, ${bytes});`,
  };
}
