import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';

export function registerInit(program: Command, io: CliIo): void {
  program
    .command('init')
    .description('Write a tinyml.config.json with every field and its default.')
    .argument('[dir]', 'folder of the new project', '.')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml init
  $ tinyml init my-project`,
    )
    .action(async (directory: string, { json }: { json?: boolean }) => {
      const { initProject } = await import('../actions/init-action.ts');
      initProject(io, directory, json === true);
    });
}
