import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml clean`, with its options and examples. */
export function declareClean(command: Command, perform: Perform): void {
  command
    .addHelpText(
      'after',
      `
The current version of every stage stays, and what it was made of; so does everything that tinyml did not write.

Examples:
  $ tinyml clean
  $ tinyml clean --json`,
    )
    .action(perform(async () => (await import('../actions/clean-action.ts')).cleanAction));
}
