/**
 * Where Linux keeps memory for files, those of tests lie there: what is written durably waits for no disk, and what is
 * removed does not, either.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Several times what the largest tests write. */
const LEAST_FREE_BYTES = 4 * 2 ** 30;

/** The options of a file system in /proc/mounts; empty where there is none, or no such list. */
function mountOptions(place: string): string[] {
  if (!existsSync('/proc/mounts')) return [];
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const [, , , options = ''] = mounts.map((line) => line.split(' ')).find(([, at]) => at === place) ?? [];
  return options.split(',');
}

/** Whether files may be written, programs that tests compile may run, and all has room. */
function isFit(): boolean {
  const options = mountOptions(MEMORY);
  if (!options.includes('rw') || options.includes('noexec')) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return Math.min(bavail * bsize, freemem()) > LEAST_FREE_BYTES;
}

/** Before all tests, in the process that starts theirs; what it returns runs behind them. */
export default function setup(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || !isFit()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'tinyml-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
