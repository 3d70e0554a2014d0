import type { Command } from 'commander';
import { parseRecipe } from '../../models/quantize/method-names.ts';
import { parseInteger, parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml quantize`, with its options and examples. */
export function declareQuantize(program: Command, perform: Perform): void {
  program
    .command('quantize')
    .description('Calibrate the trained model on training samples and report what int8 makes of it.')
    .option('--samples <n>', 'training samples to calibrate with', parseInteger)
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .option(
      '--method <methods>',
      'how float becomes int8: default, fast, tensorflow, or methods with commas between them',
      parseRecipe,
    )
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--force', 'make it again, up to date or not')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml quantize
  $ tinyml quantize --samples 1000 --dense-per-channel
  $ tinyml quantize --method tensorflow`,
    )
    .action(perform(async () => (await import('../actions/stage-action.ts')).stageAction('quantize')));
}
