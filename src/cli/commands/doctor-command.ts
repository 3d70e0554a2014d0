import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml doctor`, with its options and examples. */
export function declareDoctor(command: Command, perform: Perform): void {
  command
    .argument('[model]', "float model file of any format; without it, the project's model")
    .option(
      '--calibration <file>',
      'for a model file: representative inputs, .npy, .csv or .json, one per row; of several inputs NAME=FILE,OTHER=FILE, or a .npz file',
    )
    .option(
      '--data <file>',
      'for a model file: other inputs to measure on; by default every fourth of --calibration is held back',
    )
    .option('--write', "put what is recommended into the project's file")
    .option('--plot <file>', 'draw what every layer costs, as SVG')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml doctor
  $ tinyml doctor --write
  $ tinyml doctor kws.keras --calibration x_calib.npy --data x_test.npy
  $ tinyml doctor kws.keras --calibration x.npy --plot layers.svg --json

A project is calibrated with the training samples that its stage quantize takes, and measured on its validation samples. All
figures are of samples that did not calibrate. What is looked at is plain int8, as --method tensorflow makes it; every cure is
really quantized with, and what a recommendation says was measured.`,
    )
    .action(perform(async () => (await import('../actions/doctor-action.ts')).doctorAction));
}
