/** Models as the bytes of `.tflite` files, whichever form they are given in. */

import { dirname, join, resolve } from 'node:path';
import { readInputFile } from '../../artifacts/files.ts';
import { inputError, withAsyncErrorContext } from '../../core/errors.ts';
import { silentReporter } from '../../core/reporter.ts';
import { readModelFile, tfliteSource } from '../../formats/model-file.ts';
import { convertGraph } from '../../models/convert/convert-model.ts';
import type { CliIo } from '../terminal/io.ts';

const WHAT = 'a model file';

/** The bytes of a `.tflite` file, or of the C array that holds one. */
export function readModelBytes(io: CliIo, path: string): Uint8Array {
  const source = tfliteSource(readInputFile(resolve(io.cwd, path), WHAT), path);
  if (source !== undefined) return source.bytes;
  throw inputError(
    'float-model',
    `${path} is a float model, which has to be converted before it has a size and an arena`,
    `Run "tinyml convert ${path} -o model.tflite" and give model.tflite.`,
  );
}

/** A model of which `bytes` may be what `tinyml convert --float` makes of it. */
export interface ModelBytes {
  readonly bytes: Uint8Array;
  readonly converted: boolean;
}

/** Any model file; float models as `tinyml convert --float` writes them. */
export async function readAnyModel(io: CliIo, path: string): Promise<ModelBytes> {
  const absolute = resolve(io.cwd, path);
  const bytes = readInputFile(absolute, WHAT);
  const source = tfliteSource(bytes, path);
  if (source !== undefined) return { bytes: source.bytes, converted: false };
  const graph = await readModelFile(bytes, path, (shard) =>
    readInputFile(join(dirname(absolute), shard), 'weights'),
  );
  const options = {
    type: 'float',
    io: 'float',
    densePerChannel: false,
    library: 'tflm',
    tflmOnly: false,
    without: [],
  } as const;
  const context = { report: silentReporter, signal: io.signal };
  const converted = await withAsyncErrorContext(path, () => convertGraph(graph, options, context));
  return { bytes: converted, converted: true };
}
