import { type Command, Option } from 'commander';
import { PRESET_NAMES } from '../../data/preparing/presets/preset-names.ts';
import { parsePositive } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml features`, with its options and examples. */
export function declareFeatures(command: Command, perform: Perform): void {
  command
    .argument('<file...>', '.wav or .csv files, or folders of them; each is one sample')
    .addOption(
      new Option('--preset <name>', 'the features of another tool').choices(PRESET_NAMES).conflicts('steps'),
    )
    .option('--steps <json>', 'steps as "prepare" of a project file lists them')
    .option(
      '--rate <hz>',
      'readings in a second, which the preset is to take, and which a .csv has',
      parsePositive,
    )
    .option('-o, --output <file>', 'file for the features: .npy, .csv or .json')
    .option('--svg <file>', 'draw the features of one file')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml features yes.wav --preset mlperf-kws
  $ tinyml features yes.wav --preset librosa --svg yes.svg -o yes.npy
  $ tinyml features recordings/ --preset edge-impulse-mfe --json
  $ tinyml features walk.csv --preset edge-impulse-spectral
  $ tinyml features walk.csv --steps '[{"step":"remove-mean"},{"step":"filter","rate":50,"below":10}]'
  $ tinyml features motor.csv --steps '[{"step":"statistics","window":64,"hop":32,"measures":["rms","kurtosis","crest"]}]'

Presets: ${PRESET_NAMES.join(', ')}.
In a project, {"step": "preset", "name": "mlperf-kws"} in "prepare" of the dataset makes the same features, and so does the
C of "tinyml export-c". Steps that training fits (standard, level, …) are fitted here on each file alone.`,
    )
    .action(perform(async () => (await import('../actions/features-action.ts')).featuresAction));
}
