/** Damaged copies of the small model files in fixtures/keras, for tests and for the longer run in the benchmark. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FloatModel } from '../../src/core/float-model.ts';
import type { Random } from '../../src/core/random.ts';
import { readKerasH5 } from '../../src/formats/hdf5/keras-h5.ts';
import { readKerasZip } from '../../src/formats/keras-zip/read.ts';
import { readTfjsModel } from '../../src/formats/tfjs/read.ts';

/** vitest and npm scripts both run in the package's folder. */
export function fixture(name: string): Uint8Array {
  return readFileSync(resolve('fixtures/keras', name));
}

/** Far more than a small file takes; a mutant that makes the library loop is stopped after it. */
const TIME_LIMIT_MS = 1500;

interface MutatedFormat {
  readonly name: string;
  /** Mutants that the tests try. */
  readonly count: number;
  /** Bytes at the start to which half of the changes go. */
  readonly head: number;
  read(bytes: Uint8Array): FloatModel | Promise<FloatModel>;
}

const tfjsModel = (bytes: Uint8Array): FloatModel =>
  readTfjsModel(Buffer.from(bytes).toString('utf8'), () => fixture('weights.bin'));

export const MUTATED_FORMATS: readonly MutatedFormat[] = [
  { name: 'tiny.h5', count: 400, head: 6000, read: (bytes) => readKerasH5(bytes, TIME_LIMIT_MS) },
  { name: 'tiny.keras', count: 400, head: 200, read: (bytes) => readKerasZip(bytes, TIME_LIMIT_MS) },
  { name: 'model.json', count: 800, head: 600, read: tfjsModel },
];

/** A truncated copy of the fixture `name`, or one with a few bytes changed. */
export function mutated(original: Uint8Array, name: string, random: Random): Uint8Array {
  if (random.below(4) === 0) return original.subarray(0, random.below(original.length));
  const head = MUTATED_FORMATS.find((format) => format.name === name)?.head ?? original.length;
  const copy = Uint8Array.from(original);
  for (let change = 1 + random.below(6); change > 0; change--) {
    const at = random.below(random.below(2) === 0 ? copy.length : Math.min(head, copy.length));
    copy[at] =
      random.below(2) === 0 ? copy[at] ^ (1 << random.below(8)) : [0, 1, 127, 128, 255][random.below(5)];
  }
  return copy;
}
