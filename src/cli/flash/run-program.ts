/** Runs a program of somebody else, without a shell, and tells what it says. */

import { spawn } from 'node:child_process';
import { environmentError, interruptedError, type TinymlError } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-word.ts';
import { LogLines } from '../../models/explain/log-lines.ts';
import type { Argv } from './flash-commands.ts';

export interface RunOptions {
  /** The folder in which paths of arguments begin. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** A line of its output, of both streams; foreign text. */
  readonly onLine: (line: string) => void;
  /** Where to get it. */
  readonly home: string;
}

function failure(argv: Argv, error: Error, home: string): TinymlError {
  const isMissing = 'code' in error && error.code === 'ENOENT';
  return environmentError(
    'no-program',
    isMissing ? `${argv[0]} is not installed` : `${argv[0]} cannot be started: ${error.message}`,
    `Install it (${home}), or run where it is: ${shellCommand(argv)}`,
    error,
  );
}

/** What it printed on its output. Throws `no-program`, `program-failed` (environment) and `interrupted`. */
export function runProgram(argv: Argv, { cwd, signal, onLine, home }: RunOptions): Promise<void> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop);
    for (const stream of [child.stdout, child.stderr]) {
      const lines = new LogLines();
      stream.on('data', (bytes: Buffer) => {
        for (const { text, goesOn } of lines.push(bytes)) if (!goesOn && text.trim() !== '') onLine(text);
      });
      stream.on('end', () => {
        const rest = lines.rest();
        if (rest !== undefined) onLine(rest.text);
      });
    }
    child.on('error', (error) => reject(failure(argv, error, home)));
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(interruptedError('interrupted', `Stopped ${program} before it was done`));
      else if (code === 0) resolve();
      else {
        reject(
          environmentError(
            'program-failed',
            `${program} ended with ${code ?? killed}`,
            `What it said above tells why. To try it alone: ${shellCommand(argv)}`,
          ),
        );
      }
    });
  });
}
