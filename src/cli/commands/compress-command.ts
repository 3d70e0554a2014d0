import { type Command, Option } from 'commander';
import { CLASS_PLACES } from '../../data/samples/classes.ts';
import { COMPRESSION_SUMMARIES } from '../../training/compress/summaries.ts';
import { collectNames, parseNames, parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** A line for each method. */
function methodLines(): string {
  const rows = Object.entries(COMPRESSION_SUMMARIES);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

/** Declares `tinyml compress`, with its options and examples. */
export function declareCompress(command: Command, perform: Perform): void {
  command
    .argument('[model]', "float model file of any format; without it, the project's model")
    .option(
      '--method <methods>',
      'for a model file: methods in their order, with options of each; may be repeated',
      collectNames,
    )
    .addOption(
      new Option('--methods <file>', 'for a model file: the same as a JSON list').conflicts('method'),
    )
    .option('--data <path>', 'for a model file: file or folder of samples to train and to judge with')
    .option('--test <path>', 'other samples that judge the result; by default a part of --data')
    .option('--target <column>', 'what is true of a sample; repeat it for several', collectNames)
    .addOption(
      new Option('--class-from <place>', 'where the class of a file is written, if in no column')
        .choices(CLASS_PLACES)
        .conflicts('target'),
    )
    .addOption(
      new Option('--task <task>', 'where the data say otherwise').choices(['regression', 'classification']),
    )
    .option('--labels <names>', "the classes in the order of the model's outputs", parseNames)
    .addOption(
      new Option(
        '--reconstruct',
        'of an autoencoder: it is to give its input again; --data is .npy, .csv or .json, one sample per row',
      ).conflicts(['target', 'classFrom', 'task', 'labels']),
    )
    .option('--int8', 'for a model file: write int8 as it was measured, not float32')
    .option('-o, --output <file>', 'for a model file: where the .tflite file goes')
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', "for the project's model: make it again, up to date or not")
    .addHelpText(
      'after',
      `
Methods:
${methodLines()}

Examples:
  $ tinyml compress
  $ tinyml compress kws.h5 --method prune --data words.csv --target word -o small.tflite
  $ tinyml compress kws.h5 --method prune:epochs=5 --method distill=teacher.h5 --data words --class-from folder -o small.tflite
  $ tinyml compress kws.keras --methods methods.json --data train.csv --test test.csv --target word --int8 -o kws.tflite
  $ tinyml compress kws.h5 --method cluster --data xy.npz --target y -o small.tflite
  $ tinyml compress ae.keras --method low-rank --reconstruct --data normal.npy -o ae.tflite

A method is a name, or name:option=value,option=value; name=value gives its first option. Methods and options are those of
"compress" in a project file, whose schema ("tinyml init") says what they mean; --methods takes such a list as it stands there.

Samples are divided by the seed: most of them train, others choose, and the rest, or --test, tells what came of it. In a project
of files they are read and prepared as its own; elsewhere they are taken as they are, and every column but the target is an
input. Arrays of NumPy are columns of one .npz file: numpy.savez('xy.npz', x=x, y=y), where y has numbers, or a class for each row.`,
    )
    .action(perform(async () => (await import('../actions/compress-action.ts')).compressAction));
}
