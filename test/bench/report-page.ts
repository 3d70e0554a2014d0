/** `tinyml report` of the gesture project: what it takes where everything is up to date, and what it weighs. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atMost, type Row, type Section } from './row.ts';
import { BIN } from './start-up.ts';
import { inTurns, secondsOf } from './timing.ts';

const CONFIG = 'tinyml.config.json';
const MOST_SECONDS = 2;
const MOST_BYTES = 2 ** 20;

function tinyml(cwd: string, command: string): void {
  const { status, stderr } = spawnSync(process.execPath, [BIN, command], { cwd });
  if (status !== 0) throw new Error(`tinyml ${command} ended with ${status}: ${String(stderr)}`);
}

async function gesture(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    copyFileSync(resolve('examples/motion', CONFIG), join(folder, CONFIG));
    tinyml(folder, 'run');
    const { medians, rounds } = await inTurns({ least: 5, most: 9, seconds: 8 }, () =>
      secondsOf(() => tinyml(folder, 'report')),
    );
    const how = 'examples/motion, everything up to date';
    return [
      {
        name: 'tinyml report of the gesture project, whole process',
        value: medians[0],
        unit: 's',
        target: atMost(MOST_SECONDS),
        how: `${how}; median of ${rounds}`,
      },
      {
        name: 'tinyml report of the gesture project, the page',
        value: statSync(join(folder, 'report.html')).size,
        unit: 'bytes',
        target: atMost(MOST_BYTES),
        how,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const reportPage: Section = { gesture };
