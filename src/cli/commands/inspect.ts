import type { Command } from 'commander';
import type { CliIo } from '../io.ts';

export function registerInspect(program: Command, io: CliIo): void {
  program
    .command('inspect')
    .description('Show what a .tflite file holds: operators, cost, and where its bytes go.')
    .argument('<model>', '.tflite file')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml inspect sine.tflite
  $ tinyml inspect sine.tflite --json`,
    )
    .action(async (model: string, { json }: { json?: boolean }) => {
      const { inspect } = await import('../inspect.ts');
      inspect(io, model, json === true);
    });
}
