import type { Command } from 'commander';
import { parseInteger, parseNumber, parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml dataset`, with its options and examples. */
export function declareDataset(command: Command, perform: Perform): void {
  command
    .option('--samples <n>', 'samples in all', parseInteger)
    .option('--noise <sigma>', 'standard deviation of the noise', parseNumber)
    .option('--skip-bad <n>', 'rows or files that cannot be read and are left out', parseInteger)
    .option('--strict', 'end with exit code 3 where the checks of the data find something')
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', 'make it again, up to date or not')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml dataset
  $ tinyml dataset --strict
  $ tinyml dataset --samples 2000 --noise 0.1 --seed 7`,
    )
    .action(perform(async () => (await import('../actions/stage-action.ts')).stageAction('dataset')));
}
