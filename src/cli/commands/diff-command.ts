import type { Command } from 'commander';
import { huffmanOption, markdownOption, optimizeOption } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml diff`, with its options and examples. */
export function declareDiff(command: Command, perform: Perform): void {
  command
    .argument('<a>', 'model file of any format, as inspect takes it')
    .argument('<b>', 'the model to compare it with')
    .option(
      '--input <file>',
      '.npy, .csv or .json file of inputs, one sample per row, of several inputs NAME=FILE,OTHER=FILE or a .npz file (default: 16 random ones)',
    )
    .addOption(optimizeOption())
    .addOption(huffmanOption())
    .option('--exit-code', 'exit with 5 where the models differ')
    .addOption(markdownOption().conflicts('json'))
    .addHelpText(
      'after',
      `
Float models are compared as "tinyml convert --float" writes them.

Examples:
  $ tinyml diff old.tflite new.tflite
  $ tinyml diff kws.h5 kws.tflite --input x_test.npy
  $ tinyml diff model.tflite firmware/model_data.cc --exit-code`,
    )
    .action(perform(async () => (await import('../actions/diff-action.ts')).diffAction));
}
