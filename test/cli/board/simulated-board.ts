/** A board behind a pseudo-terminal, which socat makes: what a test writes is what the board prints. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const START_LIMIT_MS = 60_000;

/** Empty where boards can be simulated, otherwise why not. */
export function missingPorts(): string {
  if (process.platform === 'win32') return 'needs a system with pseudo-terminals';
  if (spawnSync('stty', ['--version']).error !== undefined) return 'needs stty';
  return spawnSync('socat', ['-V']).status === 0 ? '' : 'needs socat';
}

const boards = new Set<ChildProcess>();

/** Ends those that a test left. */
export function unplugAll(): void {
  for (const board of boards) board.kill('SIGKILL');
  boards.clear();
}

export interface SimulatedBoard {
  /** A link to the terminal. */
  readonly port: string;
  print(text: string | Uint8Array): void;
  /** Prints lines at a steady rate until it is unplugged, from `line(0)` on. */
  printSteadily(hz: number, line: (index: number) => string): void;
  unplug(): void;
}

/** A board at `port` in the folder. */
export async function plugIn(folder: string, name = 'port'): Promise<SimulatedBoard> {
  const port = join(folder, name);
  const board = spawn('socat', [`pty,raw,echo=0,link=${port}`, '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  boards.add(board);
  board.stdin.on('error', () => {}); // It was unplugged.
  for (let waited = 0; !existsSync(port); waited += 5) {
    if (waited > START_LIMIT_MS) throw new Error('socat made no terminal');
    await wait(5);
  }
  let timer: NodeJS.Timeout | undefined;
  board.on('exit', () => clearInterval(timer));
  return {
    port,
    print: (text) => board.stdin.write(text),
    printSteadily(hz, line) {
      const start = performance.now();
      let printed = 0;
      timer = setInterval(() => {
        const due = Math.floor(((performance.now() - start) * hz) / 1000);
        for (; printed < due; printed++) board.stdin.write(`${line(printed)}\r\n`);
      }, 2);
    },
    unplug() {
      clearInterval(timer);
      board.kill('SIGKILL');
      boards.delete(board);
    },
  };
}
