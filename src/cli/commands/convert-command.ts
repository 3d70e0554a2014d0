import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';
import { addConvertOptions, type ConvertFlags } from './convert-options.ts';

export function registerConvert(program: Command, io: CliIo): void {
  const command = program
    .command('convert')
    .description("Write a .tflite file: the project's model, or any Keras, TensorFlow.js or .tflite file.")
    .argument('[model]', "model file; without it, the project's model");
  addConvertOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml convert --io float
  $ tinyml convert --library chirale
  $ tinyml convert kws.h5 --int8 --calibration x.npy -o kws.tflite
  $ tinyml convert person_detect.tflite -o smaller.tflite --plan offline`,
    )
    .action(async (model: string | undefined, flags: ConvertFlags) => {
      const { convert } = await import('../actions/convert-action.ts');
      await convert(io, model, flags);
    });
}
