/** Any `.tflite` file as a C++ array: the array needs no interpreter, so nothing of the model has to be computed here. */

import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { CArrayStyle } from '../../targets/c-array/array-style.ts';
import { cArrayFiles } from '../../targets/c-array/c-array-files.ts';
import { outlineEnds } from './outline-ends.ts';

/** Names of the files and of the array. */
export interface ArrayOptions {
  readonly style: CArrayStyle;
  readonly name: string;
}

/** The source files of a model, by path. Throws input errors for what is no `.tflite` file. */
export function exportArray(model: Uint8Array, options: ArrayOptions): Record<string, string> {
  const files = cArrayFiles(model, outlineEnds(readOutline(model).outline), options);
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}
