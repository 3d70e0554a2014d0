/** `.tflite` files that TensorFlow Lite Micro runs, to be run and converted here. */

import { unsupportedError } from '../core/errors.ts';
import { readTflite, type TfliteModel } from '../formats/tflite/read.ts';
import { readOutline } from '../formats/tflite/read-outline.ts';
import { type ModelOutline, operatorViews } from '../ir/outline.ts';
import { libraryRefusal } from '../targets/tflm/library-limits.ts';

/** Throws `unsupported` errors for operators that TensorFlow Lite Micro refuses or computes in its own way. */
export function requireTflm(outline: ModelOutline): void {
  for (const [index, view] of operatorViews(outline).entries()) {
    const sentence = libraryRefusal('tflm', view);
    if (sentence === undefined) continue;
    throw unsupportedError(
      'tflm-limit',
      `operator ${index} (${view.operator.name}): TensorFlow Lite Micro does not run it as it is meant. ${sentence}`,
      'All that is known against the model\'s operators, of every library: "tinyml inspect".',
    );
  }
}

/** The model with its graph. Throws input errors for damaged files, `unsupported` ones for what TFLM does not run. */
export function readTflmModel(bytes: Uint8Array): TfliteModel {
  const model = readTflite(bytes);
  requireTflm(readOutline(bytes).outline);
  return model;
}
