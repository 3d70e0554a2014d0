import { type Command, Option } from 'commander';
import { parseRecipe } from '../../models/quantize/method-names.ts';
import { parseInteger, parseNames, parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml quantize`, with its options and examples. */
export function declareQuantize(command: Command, perform: Perform): void {
  command
    .option('--samples <n>', 'training samples to calibrate with', parseInteger)
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .option(
      '--method <methods>',
      'how float becomes int8: default, fast, tensorflow, or methods with commas between them',
      parseRecipe,
    )
    .addOption(
      new Option(
        '--weights-budget <budget>',
        'chooses layers whose weights get 4 bits: 3dB less signal to noise than int8 at most, or 0.6x of its bytes',
      ),
    )
    .addOption(
      new Option('--int4 <layers>', 'layers whose weights get 4 bits, with commas between them')
        .argParser(parseNames)
        .conflicts('weightsBudget'),
    )
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', 'make it again, up to date or not')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml quantize
  $ tinyml quantize --samples 1000 --dense-per-channel
  $ tinyml quantize --method tensorflow
  $ tinyml quantize --weights-budget 0.6x

How int8 is made is shown here, and said to "tinyml convert", by the same options, or in the project file; --samples stays in force.`,
    )
    .action(perform(async () => (await import('../actions/stage-action.ts')).stageAction('quantize')));
}
