#!/usr/bin/env node
import type { OutputStream } from './cli/terminal/io.ts';
import { VERSION } from './core/version.ts';

/**
 * Ctrl-C, `kill` (`timeout`, docker stop), a closed terminal: all three let a command keep what it has. With the exit code
 * that shells report of a process that the signal ended.
 */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const interrupt = new AbortController();
let interruptedCode: number | undefined;
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    interruptedCode = code;
    if (interrupt.signal.aborted) process.exit(code); // the second one does not wait
    interrupt.abort();
  });
}
// A log that is full, or that nobody reads any more, is no reason to stop the work.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that closes early ("tinyml inspect … | head") is no error.
  if (error.code === 'EPIPE') process.exit(0);
  const reason = error.code === 'ENOSPC' ? 'the disk is full' : (error.code ?? error.message);
  process.stderr.write(`error Cannot write the result to standard output: ${reason}.\n`, () =>
    process.exit(6),
  );
});

/** Pipes take what is written at any speed, into memory: `drained` says when that is empty again. */
const stdout: OutputStream = {
  write: (text) => process.stdout.write(text),
  drained: () => new Promise((resolve) => process.stdout.once('drain', resolve)),
  isTTY: process.stdout.isTTY,
  get columns() {
    return process.stdout.columns;
  },
};

const args = process.argv.slice(2);
if (args.length === 1 && ['--version', '-V'].includes(args[0])) {
  // Answered before the command line loads, which takes longer than all the rest of this.
  process.stdout.write(`${VERSION}\n`);
} else {
  const { EXIT_CODES, discardAll, main } = await import('./cli/entry.ts');
  process.on('exit', discardAll);
  const code = await main(args, {
    stdout,
    stderr: process.stderr,
    stdin: () => process.stdin,
    cwd: process.cwd(),
    env: process.env,
    signal: interrupt.signal,
  });
  process.exitCode = code === EXIT_CODES.interrupted ? (interruptedCode ?? code) : code;
}
