/** The most memory that a command of the built program holds. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN } from '../built.ts';
import { PEAK_KILOBYTES } from '../peak-memory.ts';

/** In MB; of a process of its own, which runs in `folder` and must succeed. */
export function peakOf(folder: string, argv: readonly string[]): number {
  const [preload, peak] = [join(folder, 'peak.cjs'), join(folder, 'peak.txt')];
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(${PEAK_KILOBYTES})));`,
  );
  execFileSync(process.execPath, ['--require', preload, BIN, ...argv], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, PEAK: peak },
  });
  return Number(readFileSync(peak, 'utf8')) / 1024;
}
