#!/usr/bin/env node
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
