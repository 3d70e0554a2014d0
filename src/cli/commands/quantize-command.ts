import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';
import { parseInteger, parseSeed } from './option-values.ts';

export function registerQuantize(program: Command, io: CliIo): void {
  program
    .command('quantize')
    .description('Calibrate the trained model on training samples and report what int8 makes of it.')
    .option('--samples <n>', 'training samples to calibrate with', parseInteger)
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml quantize
  $ tinyml quantize --samples 1000 --dense-per-channel`,
    )
    .action(async ({ json, ...options }: { json?: boolean } & Record<string, number | boolean>) => {
      const { runStageCommand } = await import('../actions/stage-action.ts');
      await runStageCommand(io, 'quantize', options, json === true);
    });
}
