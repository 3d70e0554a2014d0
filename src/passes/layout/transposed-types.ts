/** Which elements a TRANSPOSE moves. */

import type { TensorType } from '../../core/tensor.ts';
import { kernelOf } from '../../ops/kernel-of.ts';

/** TensorFlow Lite Micro does so with real and quantized numbers, and not with integers and truth values. */
export function isTransposed({ dtype }: TensorType): boolean {
  return kernelOf('transpose', dtype) !== undefined;
}
