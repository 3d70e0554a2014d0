/** Projects in folders of their own, for as long as they are measured. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evaluation } from '../../src/models/score/evaluation.ts';
import { CONFIG_FILE } from '../../src/stages/config/config-file.ts';
import { BIN } from './start-up.ts';

export const SEEDS = [1, 2, 3, 4, 5];

/** What the command prints. */
export function tinyml(folder: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0)
    throw new Error(`tinyml ${args.join(' ')}: ${stderr.trim().split('\n').slice(-2).join(' ')}`);
  return stdout;
}

/** In an empty folder that is removed afterwards. */
export function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-project-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the project file says it. */
export function setSeed(folder: string, seed: number): void {
  const path = join(folder, CONFIG_FILE);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"seed": \d+/, `"seed": ${seed}`));
}

export function evaluationOf(folder: string): Evaluation {
  return (JSON.parse(tinyml(folder, ['run', '--json'])) as { evaluation: Evaluation }).evaluation;
}
