/**
 * What a library does not run, or computes otherwise than TensorFlow Lite Micro at commit 90b983c2, by operator and types.
 * Rows are there for what was run on an emulated Cortex-M4; operators a library lacks altogether are in `operators.ts`.
 */

import type { OperatorView } from '../../planner/build-profile.ts';
import type { Library } from './operators.ts';

/** One sentence why `library` does not run the operator, or computes something else; undefined where nothing is known against it. */
export function libraryRefusal(library: Library, view: OperatorView): string | undefined {
  if (library === 'tflm') return undefined;
  const weights = view.inputs[1];
  const scales = weights?.quantization?.scales.length ?? 0;
  if (view.operator.name === 'FULLY_CONNECTED' && scales > 1) {
    return 'It computes FULLY_CONNECTED with the first of the weights’ scales only.';
  }
  return undefined;
}
