/** The package as "npm run build" makes it ("npm test" does so first). */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const INDEX = new URL('../dist/index.js', import.meta.url).href;

/** The command. */
export const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export const IS_BUILT = existsSync(BIN);

/** What programs on Node import; its threads run compiled code, which those of sources may not. */
export function builtPackage(): Promise<typeof import('../src/index.ts')> {
  return import(/* @vite-ignore */ INDEX);
}
