import type { Command } from 'commander';
import { given, parseSeed } from '../arguments.ts';
import type { CliIo } from '../io.ts';

export function registerRun(program: Command, io: CliIo): void {
  program
    .command('run')
    .description('Run every stage that is not up to date, and sum up.')
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml run
  $ tinyml run --seed 7 --json`,
    )
    .action(async ({ seed, json }: { seed?: number; json?: boolean }) => {
      const { runAll } = await import('../run-all.ts');
      await runAll(io, given({ seed }), json === true);
    });
}
