/** The most memory that a command of the built program holds. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { BIN } from '../built.ts';
import { PEAK_KILOBYTES } from '../peak-memory.ts';

/** In MB; of a process of its own, which runs in `folder` and must exit with `code`. */
export function peakOf(folder: string, argv: readonly string[], code = 0): number {
  const [preload, peak] = [join(folder, 'peak.cjs'), join(folder, 'peak.txt')];
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(${PEAK_KILOBYTES})));`,
  );
  const { status } = spawnSync(process.execPath, ['--require', preload, BIN, ...argv], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, PEAK: peak },
  });
  expect(status, argv.join(' ')).toBe(code);
  return Number(readFileSync(peak, 'utf8')) / 1024;
}
