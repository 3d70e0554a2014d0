import { type Command, Option } from 'commander';
import { modelFileKinds } from '../../formats/format-names.ts';
import { DEFAULT_ARENA_TARGET } from '../../planner/arena-plan.ts';
import { TARGETS } from '../../planner/target.ts';
import { LIBRARIES } from '../../targets/tflm/operators.ts';
import { addImportOptions } from './import-options.ts';
import { huffmanOption, optimizeOption, parseClock, recurrentOption } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml inspect`, with its options and examples. */
export function declareInspect(command: Command, perform: Perform): void {
  command
    .argument('[model]', `${modelFileKinds()}; without it, the project's model`)
    .option('--plan', 'draw the memory plan: which tensor lies where, and when')
    .option('--plan-svg <file>', 'write the drawing as SVG')
    .addOption(
      new Option('--target <target>', 'that the plan is of: a build of TensorFlow Lite Micro, or C alone')
        .choices(TARGETS)
        .default(DEFAULT_ARENA_TARGET),
    )
    .option('--clock <cycles>', 'of the chip in a second, for what a project takes that listens', parseClock)
    .addOption(optimizeOption())
    .addOption(huffmanOption())
    .addOption(
      new Option(
        '--library <library>',
        'what will run the int8 form; by default that of the project',
      ).choices(LIBRARIES),
    )
    .addOption(recurrentOption())
    .option(
      '--calibration <file>',
      'for a float model: samples of real input, which make every figure exact',
    );
  addImportOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml inspect sine.tflite
  $ tinyml inspect model_data.cc --plan
  $ tinyml inspect --clock 64M              the project's model, and what listening takes
  $ tinyml inspect kws.keras                 the cost before training or quantizing
  $ tinyml inspect kws.keras --calibration x.npy --library chirale
  $ tinyml inspect sine.tflite --plan-svg plan.svg --target x86-64
  $ tinyml inspect sine.tflite --json`,
    )
    .action(perform(async () => (await import('../actions/inspect-action.ts')).inspectAction));
}
