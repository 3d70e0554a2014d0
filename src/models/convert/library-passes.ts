/** The passes that a library needs before a model is quantized for it. */

import type { Pass } from '../../passes/pass.ts';
import { arduinoPasses } from '../../passes/pipelines.ts';
import type { Library } from '../../targets/tflm/operators.ts';

export function libraryPasses(library: Library): readonly Pass[] {
  return library === 'tflm' ? [] : arduinoPasses;
}
