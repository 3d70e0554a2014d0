import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';

export function registerEvaluate(program: Command, io: CliIo): void {
  program
    .command('evaluate')
    .description('Measure float and int8 accuracy on the test split, int8 bit for bit as on the device.')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml evaluate
  $ tinyml evaluate --json`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { runStageCommand } = await import('../actions/stage-action.ts');
      await runStageCommand(io, 'evaluate', {}, json === true);
    });
}
