import { type Command, Option } from 'commander';
import { CLASS_PLACES } from '../../data/samples/classes.ts';
import { TARGETS } from '../../planner/target.ts';
import { LIBRARIES } from '../../targets/tflm/operators.ts';
import { CHECK_FORMATS } from '../render/check-report.ts';
import {
  collectNames,
  huffmanOption,
  markdownOption,
  optimizeOption,
  parseBytesOption,
  parseClock,
  parseCountOption,
  parseError,
  parseNames,
  parseNumber,
  parseShare,
  parseTolerance,
} from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml check`, with its options and examples. */
export function declareCheck(command: Command, perform: Perform): void {
  command
    .argument('[model]', ".tflite file or C array; without it, the project's model")
    .option('--flash <bytes>', 'the most bytes of the model array; the code comes on top', parseBytesOption)
    .option('--ram <bytes>', 'of arena and runtime objects; stack and application on top', parseBytesOption)
    .option('--arena <bytes>', 'the most bytes of the tensor arena', parseBytesOption)
    .option('--max-macs <count>', 'the most multiply-accumulates of one inference', parseCountOption)
    .option('--max-duty <share>', 'of its time in which a project listens, as standalone-c', parseShare)
    .option('--clock <cycles>', 'of the chip in a second, for --max-duty: 64M', parseClock)
    .option('--min-accuracy <share>', 'the least share of right decisions', parseShare)
    .option('--max-accuracy-drop <share>', 'below the float model, of the project', parseShare)
    .option('--min-balanced-accuracy <share>', 'the least mean recall of the classes', parseShare)
    .option('--min-f1 <share>', 'the least F1, of classes or anomalies', parseShare)
    .option('--min-auc <share>', 'the least area under the ROC curve', parseShare)
    .option('--min-average-precision <share>', 'the least average precision', parseShare)
    .option('--min-sqnr <dB>', 'of the outputs against the float model, of the project', parseNumber)
    .option('--mse <number>', 'the most mean squared error, of a regression', parseError)
    .option('--mae <number>', 'the most mean absolute error, of a regression', parseError)
    .option('--r2 <number>', 'the least R², of a regression', parseNumber)
    .option('--input <path>', 'samples that a model file is measured on, as "tinyml evaluate" does')
    .option('--target-column <column>', 'what is true of a sample; repeat it for several', collectNames)
    .addOption(
      new Option('--class-from <place>', 'where the class of a file is written, if in no column')
        .choices(CLASS_PLACES)
        .conflicts('targetColumn'),
    )
    .addOption(
      new Option('--task <task>', 'where there is no project, and the data say otherwise').choices([
        'regression',
        'classification',
      ]),
    )
    .option('--output <name>', 'the output that limits of scores are of, where there are several')
    .option('--labels <names>', "the classes in the order of the model's outputs", parseNames)
    .addOption(new Option('--ops-for <library>', 'which must have every operator').choices(LIBRARIES))
    .addOption(
      new Option('--target <target>', 'a build, or standalone-c, that sizes are for').choices(TARGETS),
    )
    .addOption(optimizeOption())
    .addOption(huffmanOption())
    .option('--baseline <file>', 'another model, than which no figure without a limit may be worse')
    .option(
      '--tolerance <amount>',
      'by which figures may be worse than the baseline: 2% or 1k',
      parseTolerance,
    )
    .addOption(new Option('--format <format>', 'what is printed').choices(CHECK_FORMATS).default('text'))
    .addOption(markdownOption().conflicts(['json', 'format']))
    .addHelpText(
      'after',
      `
Bytes are written 4096, 64k (1024) or 1.5M; counts 4096, 500k (1000) or 5M. "check" in tinyml.config.json may hold limits too.
With standalone-c, C without an interpreter, flash is its constants, arena its buffer, and ram its buffer and state.
Duty is of instructions, each counted as one cycle, in the emulator qemu-system-arm, of what arm-none-eabi-gcc compiles.
A tolerance of 2% is 2% of each of the baseline's figures, accuracy too; one of 1k is 1024 bytes and 1000 MACs.

Examples:
  $ tinyml check --flash 64k --ram 16k --r2 0.9
  $ tinyml check person_detect.tflite --arena 96k --target arduino-tflm --ops-for arduino-tflm
  $ tinyml check sine.tflite --target standalone-c --ram 2k
  $ tinyml check --max-duty 0.5 --clock 64M
  $ tinyml check model.tflite --input test.csv --target-column label --min-accuracy 0.9
  $ tinyml check --baseline released.tflite --format github
  $ tinyml check --flash 64k --markdown >> $GITHUB_STEP_SUMMARY`,
    )
    .action(perform(async () => (await import('../actions/check/check-action.ts')).checkAction));
}
