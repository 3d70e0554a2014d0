import type { Command } from 'commander';
import { parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml compress`, with its options and examples. */
export function declareCompress(program: Command, perform: Perform): void {
  program
    .command('compress')
    .description(
      'Make the trained model smaller by the methods that the project lists; Ctrl-C keeps the best so far.',
    )
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', 'make it again, up to date or not')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml compress
  $ tinyml compress --json`,
    )
    .action(perform(async () => (await import('../actions/compress-action.ts')).compressAction));
}
