/** Arrays by name in a `.npz` file, as `numpy.savez` writes it. */

import { zipSync } from 'fflate';
import type { FloatArray } from './float-array.ts';
import { writeNpy } from './npy.ts';

/** Of the archive's members, so that equal arrays make equal files. */
const MODIFIED = '1980-01-01T00:00:00';

/** In float32, not packed. */
export function writeNpz(arrays: ReadonlyMap<string, FloatArray>): Uint8Array {
  const files = [...arrays].map(([name, { shape, data }]) => [
    `${name}.npy`,
    writeNpy('float32', shape, data),
  ]);
  return zipSync(Object.fromEntries(files), { level: 0, mtime: MODIFIED });
}
