import type { Command } from 'commander';
import { parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

export function declareRun(program: Command, perform: Perform): void {
  program
    .command('run')
    .description('Run every stage that is not up to date, and sum up.')
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml run
  $ tinyml run --seed 7 --json`,
    )
    .action(perform(async () => (await import('../actions/run-action.ts')).runAction));
}
