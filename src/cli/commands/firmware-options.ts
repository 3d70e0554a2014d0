/** The options of `tinyml export-c` that make complete firmware. */

import { type Command, Option } from 'commander';
import { parseInteger } from './option-values.ts';

export interface FirmwareFlags {
  readonly arduino?: string;
  readonly tflm?: string;
  readonly library?: 'chirale' | 'arduino-tflm';
  readonly labels?: readonly string[];
  readonly vectors?: number;
  readonly force?: boolean;
}

function parseLabels(text: string): readonly string[] {
  return text.split(',').map((label) => label.trim());
}

export function addFirmwareOptions(command: Command): Command {
  return command
    .option('--arduino <dir>', 'a complete Arduino sketch in this folder, which gives it its name')
    .option('--tflm <dir>', 'complete sources for TensorFlow Lite Micro: make, bazel and CMake')
    .addOption(
      new Option('--library <library>', 'with --arduino: the library it is for (default: chirale)').choices([
        'chirale',
        'arduino-tflm',
      ]),
    )
    .option('--labels <names>', "the classes, separated by commas (default: the dataset's)", parseLabels)
    .option(
      '--vectors <n>',
      'test vectors of the self-test (default: 8, fewer for large models)',
      parseInteger,
    )
    .option('--force', 'replace files in the folder that were edited');
}
