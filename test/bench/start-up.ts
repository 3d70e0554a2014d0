/** How long the program takes to say its version, against Node itself; rounds interleaved. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { atMost, median, type Row } from './row.ts';

/** npm runs scripts in the package's folder. */
const BIN = resolve('dist/bin.js');
const ROUNDS = 15;

function milliseconds(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}; run "npm run build" first`);
  return performance.now() - started;
}

export async function startUp(): Promise<Row[]> {
  const version: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    nothing.push(milliseconds(['-e', '0']));
    version.push(milliseconds([BIN, '--version']));
  }
  const ratio = median(version) / median(nothing);
  return [
    { name: 'tinyml --version', value: median(version), unit: 'ms', reference: median(nothing) },
    { name: 'tinyml --version against node -e 0', value: ratio, unit: '×', target: atMost(2) },
  ];
}
