import { type Command, Option } from 'commander';
import { BACKENDS, ENGINES } from '../../training/engine-choice.ts';
import { parseInteger, parseNumber, parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml train`, with its options and examples. */
export function declareTrain(command: Command, perform: Perform): void {
  command
    .option('--epochs <n>', 'epochs', parseInteger)
    .option('--batch-size <n>', 'samples in one step', parseInteger)
    .option('--learning-rate <rate>', 'learning rate of the first epoch', parseNumber)
    .addOption(
      new Option(
        '--engine <name>',
        'what trains: compiled (default), or tfjs, which is TensorFlow.js where that is installed',
      ).choices(ENGINES),
    )
    .addOption(
      new Option(
        '--backend <name>',
        'train with TensorFlow.js on it (default: the first that loads)',
      ).choices(BACKENDS),
    )
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', 'make it again, up to date or not')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml train
  $ tinyml train --epochs 100 --learning-rate 0.001
  $ tinyml train --engine tfjs --backend wasm --seed 7`,
    )
    .action(perform(async () => (await import('../actions/stage-action.ts')).stageAction('train')));
}
