import type { Command } from 'commander';
import { parseFolds } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml evaluate`, with its options and examples. */
export function declareEvaluate(program: Command, perform: Perform): void {
  program
    .command('evaluate')
    .description('Measure float and int8 accuracy on the test split, int8 bit for bit as on the device.')
    .option('--force', 'make it again, up to date or not')
    .option(
      '--folds <count>',
      'train, convert and measure once for each of so many parts of the data, which is the test then',
      parseFolds,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml evaluate
  $ tinyml evaluate --json
  $ tinyml evaluate --folds 5

With --folds every sample is test data once; what is printed are mean and standard deviation of the scores, float and
converted. The project's own model and its artifacts stay as they are.`,
    )
    .action(perform(async () => (await import('../actions/evaluate-action.ts')).evaluateAction));
}
