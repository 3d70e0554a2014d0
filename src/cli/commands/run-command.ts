import type { Command } from 'commander';
import { parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml run`, with its options and examples. */
export function declareRun(command: Command, perform: Perform): void {
  command
    .option('--strict', 'end with exit code 3 where the checks of the data find something')
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', 'make every stage again, up to date or not, and replace C files that were edited')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml run
  $ tinyml run --seed 7 --json`,
    )
    .action(perform(async () => (await import('../actions/run-action.ts')).runAction));
}
