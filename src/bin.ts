#!/usr/bin/env node
import { VERSION } from './core/version.ts';

const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(130); // the second Ctrl-C does not wait
  interrupt.abort();
});
// A reader that closes early ("tinyml inspect … | head") is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 6));

const args = process.argv.slice(2);
if (args.length === 1 && ['--version', '-V'].includes(args[0])) {
  // Answered before the command line loads, which takes longer than all the rest of this.
  process.stdout.write(`${VERSION}\n`);
} else {
  const { main } = await import('./cli/main.ts');
  process.exitCode = await main(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: () => process.stdin,
    cwd: process.cwd(),
    env: process.env,
    signal: interrupt.signal,
  });
}
