import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml worker`, with its options and examples. */
export function declareWorker(command: Command, perform: Perform): void {
  command
    .requiredOption('--queue <address>', 'the Redis server that searches name, as redis://host')
    .addHelpText(
      'after',
      `
Examples:
  $ npm install bullmq ioredis                            once, beside tinyml, on every machine
  $ redis-server --appendonly yes                         on one machine; it then forgets nothing when it is restarted
  $ tinyml search --queue redis://host --fit ram=64k      where the project is
  $ tinyml worker --queue redis://host                    on as many machines as you like, at any time
  $ tinyml worker --queue redis://:password@host:6379/0

Trials run on every core of this machine, and their data come with them. What a worker cannot finish, because it is
stopped or dies, another one is given. All machines have the same version of tinyml. Who can write to that server can
have workers train what he likes, so let it listen to your own machines, or give it a password.`,
    )
    .action(perform(async () => (await import('../actions/worker-action.ts')).workerAction));
}
