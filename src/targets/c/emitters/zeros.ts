import { tensorBytes } from '../../../core/tensor.ts';
import type { CStep, Emission } from '../emitter.ts';

/** ZEROS_LIKE */
export function zeros({ outputs }: CStep<unknown, unknown>): Emission {
  const bytes = tensorBytes(outputs[0].type);
  return { definitions: [], call: (places) => `memset(${places.output(0)}, 0, ${bytes});` };
}
