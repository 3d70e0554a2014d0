import type { Command } from 'commander';
import { Option } from 'commander';
import type { CliIo } from '../terminal/io.ts';
import { parseInteger, parseNumber, parseSeed } from './arguments.ts';

export function registerTrain(program: Command, io: CliIo): void {
  program
    .command('train')
    .description('Train the model; Ctrl-C stops after the epoch and keeps the best one so far.')
    .option('--epochs <n>', 'epochs', parseInteger)
    .option('--batch-size <n>', 'samples in one step', parseInteger)
    .option('--learning-rate <rate>', 'learning rate of the first epoch', parseNumber)
    .addOption(
      new Option(
        '--engine <name>',
        'what trains: compiled (default), or tfjs, which is TensorFlow.js where that is installed',
      ).choices(['compiled', 'tfjs']),
    )
    .addOption(
      new Option(
        '--backend <name>',
        'train with TensorFlow.js on it (default: the first that loads)',
      ).choices(['node', 'wasm', 'cpu']),
    )
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml train
  $ tinyml train --epochs 100 --learning-rate 0.001
  $ tinyml train --engine tfjs --backend wasm --seed 7`,
    )
    .action(async ({ json, ...options }: { json?: boolean } & Record<string, number | string>) => {
      const { runStageCommand } = await import('../actions/run-stage.ts');
      await runStageCommand(io, 'train', options, json === true);
    });
}
