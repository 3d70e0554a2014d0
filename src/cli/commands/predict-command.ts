import type { Command } from 'commander';
import { collectNumbers } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml predict`, with its options and examples. */
export function declarePredict(command: Command, perform: Perform): void {
  command
    .argument('[model]', "model file of any format, as inspect takes it; without it, the project's model")
    .option(
      '--value <x>',
      'the one number that a sample of the model is; repeat it for more samples',
      collectNumbers,
    )
    .option(
      '--input <file>',
      '.npy, .csv or .json file, one sample per row; of several inputs NAME=FILE,OTHER=FILE, or a .npz file',
    )
    .option(
      '-o, --output <file>',
      'file for the results: .npy, .csv or .json; of several outputs NAME=FILE,OTHER=FILE, or a .npz file',
    )
    .option('--raw-input <file>', "records of the input tensors' bytes, one after another")
    .option('--raw-output <file>', "where the output tensors' bytes go")
    .option('--measured', "the samples are as they were measured: prepare them as the model's file says")
    .option('--reset', 'start a model that keeps a state anew for every record')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml predict --measured --input x.csv   the project's model, of what a sensor gave
  $ tinyml predict --measured --input x.wav   the same of a recording; x.png of a picture
  $ tinyml predict sine.tflite --value 1.5 --value 3
  $ tinyml predict sine.tflite --input x.npy -o y.npy
  $ tinyml predict sine.tflite --input x.csv -o y.csv
  $ tinyml predict two.tflite --input image=x_0.npy,meta=x_1.npy -o class=y_0.npy,size=y_1.npy
  $ tinyml predict sine.tflite --raw-input in.bin --raw-output out.bin

A model of a project on data of your own knows how its samples were prepared ("tinyml inspect" shows it). With --measured
it is done to what you give. In the folder of its project a table with names above its columns is read by them, in any
order, with categories as texts, and a WAV file or a picture as its data were; elsewhere columns are in the order of the
features, and categories their places.

Where the model's file or its project knows what classes are called, the one that is decided stands behind the numbers.

A model that keeps a state (SVDF, LSTM, variables) runs on from one record to the next, as on the device between two
calls of MicroInterpreter::Reset(). With --reset every record finds the state as that call leaves it.`,
    )
    .action(perform(async () => (await import('../actions/predict-action.ts')).predictAction));
}
