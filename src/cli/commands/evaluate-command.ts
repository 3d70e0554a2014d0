import { type Command, Option } from 'commander';
import { CLASS_PLACES } from '../../data/samples/classes.ts';
import { collectNames, parseFolds, parseNames } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml evaluate`, with its options and examples. */
export function declareEvaluate(command: Command, perform: Perform): void {
  command
    .argument('[model]', "any model file, to be measured on --input; without it, the project's model")
    .addOption(
      new Option(
        '--input <path>',
        'file or folder of samples, read as the project reads its own; NAME=FILE,OTHER=FILE',
      ).conflicts(['folds', 'force']),
    )
    .option('--target <column>', 'what is true of a sample, or OUTPUT=COLUMN; repeat it', collectNames)
    .addOption(
      new Option('--class-from <place>', 'where the class of a file is written, if in no column')
        .choices(CLASS_PLACES)
        .conflicts('target'),
    )
    .addOption(
      new Option('--task <task>', 'where there is no project, and the data say otherwise').choices([
        'regression',
        'classification',
      ]),
    )
    .option('--output <name>', 'the one output that is measured, of a model with several')
    .option('--labels <names>', "the classes in the order of the model's outputs", parseNames)
    .addOption(
      new Option(
        '--stream <file>',
        'a recording of any length: prints what the model hears along it',
      ).conflicts(['input', 'target', 'classFrom', 'task', 'labels', 'folds', 'force']),
    )
    .option('--events <file>', 'what is to be heard in it: lines of beginning, end and class, in seconds')
    .option('--force', 'make it again, up to date or not')
    .option(
      '--folds <count>',
      'train, convert and measure once for each of so many parts of the data, which is the test then',
      parseFolds,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml evaluate
  $ tinyml evaluate --json
  $ tinyml evaluate --folds 5
  $ tinyml evaluate --stream kitchen.wav --events kitchen.txt
  $ tinyml evaluate --input monday.csv
  $ tinyml evaluate model.tflite --input digits.csv --target label
  $ tinyml evaluate model.keras --input test --class-from folder --labels no,yes
  $ tinyml evaluate two.keras --input image=a.npy,meta=b.npy,y=y.npy --target y
  $ tinyml evaluate two.tflite --input day.csv --target gesture=label --target energy=watts

With --folds every sample is test data once; what is printed are mean and standard deviation of the scores, float and
converted. The project's own model and its artifacts stay as they are.

With --input, all samples of PATH are the test. In a project of files they are read and prepared as those it was trained on;
elsewhere they are taken as they are: every column but the target is an input. Classes are in the order of the outputs as
--labels says, or as whole numbers from 0 on, or else sorted by name. Of several inputs each takes the file, or the columns or
array of a .npz file, that has its name; or a row has the values of one after another. Of several outputs each is measured
whose column --target names.

With --stream, a project that has a "stream" listens to FILE as the chip does: step by step, with the settings that the stage
"stream" chose, to the last bit. --events takes labels of Audacity, or a table.`,
    )
    .action(perform(async () => (await import('../actions/evaluate-action.ts')).evaluateAction));
}
