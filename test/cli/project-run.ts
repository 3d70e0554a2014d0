/** What tests of whole projects ask of them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runMain } from './run-main.ts';

/** A file of the newest version of a stage's artifact. */
export function artifact(folder: string, stage: string, name: string): Buffer {
  const version = readFileSync(join(folder, 'artifacts', stage, 'latest'), 'utf8').trim();
  return readFileSync(join(folder, 'artifacts', stage, version, name));
}

/** What a command prints that ends well. */
export async function done(folder: string, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runMain(folder, argv);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^error/m)]);
  return stdout;
}
