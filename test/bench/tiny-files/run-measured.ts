/** One command in a process of its own: how it ends, how long it takes, how much memory it has at most. */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN } from '../start-up.ts';

export interface MeasuredRun {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly seconds: number;
  /** Of processor time, all threads. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

const STOP_MS = 60_000;
/** The pipe that the figures come through. */
const FIGURES = 3;
/** On Linux maxRSS may be that of the parent, whose memory a process has until it becomes another program. */
const PRELOAD = `process.on('exit', () => {
  const fs = require('node:fs');
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const status = fs.existsSync('/proc/self/status') ? fs.readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? maxRSS);
  fs.writeSync(${FIGURES}, [kilobytes / 1024, (userCPUTime + systemCPUTime) / 1e6].join(' '));
});`;

/** The module that reports the figures, written into `folder`. */
export function writePreload(folder: string): string {
  const path = join(folder, 'figures.cjs');
  writeFileSync(path, PRELOAD);
  return path;
}

/** Runs the built command line in `cwd`; stopped after a minute. */
export function runMeasured(preload: string, cwd: string, argv: readonly string[]): Promise<MeasuredRun> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--require', preload, BIN, ...argv], {
    cwd,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let figures = '';
  child.stdio[FIGURES]?.on('data', (text) => {
    figures += String(text);
  });
  const stop = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(stop);
      const [peakMb = Number.NaN, cpuSeconds = Number.NaN] = figures.split(' ').map(Number);
      resolve({ code, seconds: (performance.now() - started) / 1000, cpuSeconds, peakMb });
    }),
  );
}
