import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml init`, with its options and examples. */
export function declareInit(program: Command, perform: Perform): void {
  program
    .command('init')
    .description('Write a tinyml.config.json with every field and its default.')
    .argument('[dir]', 'folder of the new project', '.')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml init
  $ tinyml init my-project`,
    )
    .action(perform(async () => (await import('../actions/init-action.ts')).initAction));
}
