/** `tinyml worker` as a process of its own, of dist/bin.js. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export class WorkerProcess {
  stdout = '';
  stderr = '';
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown>;
  #heard: () => void = () => {};

  /** `temporary` is the folder in which it keeps what it fetches. */
  constructor(address: string, temporary: string) {
    this.#process = spawn(process.execPath, [BIN, 'worker', '--queue', address, '--json'], {
      env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk);
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.stderr += String(chunk);
      this.#heard();
    });
    this.#exit = once(this.#process, 'close').then(() => this.#heard());
  }

  get #isOver(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Resolves when stderr has said it. */
  async says(text: string | RegExp): Promise<void> {
    while (this.stderr.search(text) < 0) {
      if (this.#isOver) throw new Error(`The worker ended without saying ${text}:\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Its exit code, or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    await this.#exit;
    return this.#process.exitCode ?? this.#process.signalCode;
  }
}

import { BIN } from '../../../built.ts';
