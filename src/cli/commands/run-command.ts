import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';
import { given, parseSeed } from './option-values.ts';

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
      const { runAll } = await import('../actions/run-action.ts');
      await runAll(io, given({ seed }), json === true);
    });
}
