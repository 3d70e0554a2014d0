import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml evaluate`, with its options and examples. */
export function declareEvaluate(program: Command, perform: Perform): void {
  program
    .command('evaluate')
    .description('Measure float and int8 accuracy on the test split, int8 bit for bit as on the device.')
    .option('--force', 'make it again, up to date or not')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml evaluate
  $ tinyml evaluate --json`,
    )
    .action(perform(async () => (await import('../actions/stage-action.ts')).stageAction('evaluate')));
}
