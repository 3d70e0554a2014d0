#!/usr/bin/env node
import { main } from './cli/main.ts';

const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(130); // the second Ctrl-C does not wait
  interrupt.abort();
});
// A reader that closes early ("tinyml inspect … | head") is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 6));

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: () => process.stdin,
  cwd: process.cwd(),
  env: process.env,
  signal: interrupt.signal,
});
