/** What tests of whole projects ask of them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runMain } from './run-main.ts';

/** Where a file of the newest version of a stage's artifact is. */
export function artifactPath(folder: string, stage: string, name: string): string {
  const versions = join(folder, 'artifacts', stage);
  return join(versions, readFileSync(join(versions, 'latest'), 'utf8').trim(), name);
}

/** What it holds. */
export function artifact(folder: string, stage: string, name: string): Buffer {
  return readFileSync(artifactPath(folder, stage, name));
}

/** What a command prints that ends well. */
export async function done(folder: string, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runMain(folder, argv);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^error/m)]);
  return stdout;
}
