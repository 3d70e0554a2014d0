import { usageError } from '../../../core/errors.ts';

const C_SOURCE = /\.(?:h|hh|hpp|c|cc|cpp|cxx|ino)$/i;

/** A binary under the name of a source would be what nobody asked for, and compilers say so much later. */
export function refuseSourceName(output: string | undefined): void {
  if (output === undefined || !C_SOURCE.test(output)) return;
  throw usageError(
    'source-name',
    `${output} is the name of C source, and what is written is a .tflite file`,
    'Write model.tflite, then run "tinyml export-c model.tflite", which makes the array and its header.',
  );
}
