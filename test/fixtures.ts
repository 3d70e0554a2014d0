/** Files of fixtures/, which every clone has. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

type Folder = 'arduino' | 'keras' | 'tflm';

/** The absolute path of a folder, or of a file in it. */
export function fixturePath(folder: Folder, ...name: readonly string[]): string {
  return FIXTURES + [folder, ...name].join('/');
}

export function fixture(folder: Folder, name: string): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath(folder, name)));
}
