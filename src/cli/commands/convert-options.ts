/** The options of `tinyml convert`. */

import { type Command, Option } from 'commander';
import { collectNames } from './option-values.ts';

export interface ConvertFlags {
  readonly int8?: boolean;
  readonly float?: boolean;
  readonly io?: 'int8' | 'float';
  readonly densePerChannel?: boolean;
  readonly library?: 'tflm' | 'arduino-tflm' | 'chirale';
  readonly output?: string;
  readonly calibration?: string;
  readonly dumpIr?: string;
  readonly tflmOnly?: boolean;
  readonly plan?: 'offline';
  /** commander files `--no-pass <name>` under `pass`. */
  readonly pass: readonly string[];
  readonly json?: boolean;
}

export function addConvertOptions(command: Command): Command {
  return command
    .addOption(new Option('--int8', 'int8 weights and activations (default)').conflicts('float'))
    .addOption(new Option('--float', 'float32, not quantized').conflicts('int8'))
    .addOption(
      new Option('--io <type>', 'type of the inputs and outputs of an int8 model').choices(['int8', 'float']),
    )
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .addOption(
      new Option(
        '--library <library>',
        'what will run an int8 model; decides what stands for a mean',
      ).choices(['tflm', 'arduino-tflm', 'chirale']),
    )
    .option('-o, --output <file>', 'where the file goes')
    .option('--calibration <file>', 'for a model file: .npy of representative inputs, one per row')
    .addOption(
      new Option('--no-pass <name>', 'for a model file: leave a pass out; repeat it for more')
        .argParser(collectNames)
        .default([], 'none'),
    )
    .option('--dump-ir <dir>', 'for a model file: write the graph as text after every pass')
    .option('--tflm-only', 'for a model file: smaller, for TensorFlow Lite Micro and nothing else')
    .addOption(
      new Option(
        '--plan <how>',
        'for a model file: plan the arena in the file, where that saves memory',
      ).choices(['offline']),
    );
}
