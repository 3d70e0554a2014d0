import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';
import { parseInteger, parseNumber, parseSeed } from './option-values.ts';

export function registerDataset(program: Command, io: CliIo): void {
  program
    .command('dataset')
    .description('Make the samples and split them into train, validation and test.')
    .option('--samples <n>', 'samples in all', parseInteger)
    .option('--noise <sigma>', 'standard deviation of the noise', parseNumber)
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml dataset
  $ tinyml dataset --samples 2000 --noise 0.1 --seed 7`,
    )
    .action(async ({ json, ...options }: { json?: boolean } & Record<string, number>) => {
      const { runStageCommand } = await import('../actions/stage-action.ts');
      await runStageCommand(io, 'dataset', options, json === true);
    });
}
