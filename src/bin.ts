#!/usr/bin/env node
import { constants } from 'node:os';
import { VERSION } from './core/version.ts';

/** All three let the command finish what it is at and keep what it has: Ctrl-C, `kill` (and `timeout`, docker stop), a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const interrupt = new AbortController();
/** What shells report of a process that the signal ended: 130, 143, 129. */
let interruptedCode: number | undefined;
for (const signal of SIGNALS) {
  process.on(signal, () => {
    interruptedCode = 128 + constants.signals[signal];
    if (interrupt.signal.aborted) process.exit(interruptedCode); // the second one does not wait
    interrupt.abort();
  });
}
// A reader that closes early ("tinyml inspect … | head") is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 6));

const args = process.argv.slice(2);
if (args.length === 1 && ['--version', '-V'].includes(args[0])) {
  // Answered before the command line loads, which takes longer than all the rest of this.
  process.stdout.write(`${VERSION}\n`);
} else {
  const [{ main }, { discardAll }, { EXIT_CODES }] = await Promise.all([
    import('./cli/main.ts'),
    import('./artifacts/temporaries.ts'),
    import('./core/errors.ts'),
  ]);
  process.on('exit', discardAll);
  const code = await main(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: () => process.stdin,
    cwd: process.cwd(),
    env: process.env,
    signal: interrupt.signal,
  });
  process.exitCode = code === EXIT_CODES.interrupted ? (interruptedCode ?? code) : code;
}
