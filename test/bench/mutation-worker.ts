/** A process that damages files and runs commands on them: `mutation-worker SEED FIRST STEP END`, one message for each. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMutationFolder } from './mutation-targets.ts';

/** What became of one mutant. */
export interface MutantMessage {
  readonly index: number;
  readonly code: number;
  readonly what: string;
  readonly ms: number;
  /** The most that this process has had so far. */
  readonly peakBytes: number;
}

const [seed, first, step, end] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'tinyml-mutants-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('disconnect', () => process.exit());
const { run } = await makeMutationFolder(folder);
for (let index = first; index < end; index += step) {
  const started = performance.now();
  const { code, what } = await run(seed, index);
  const message: MutantMessage = {
    index,
    code,
    what,
    ms: performance.now() - started,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.send?.(message);
}
process.disconnect();
