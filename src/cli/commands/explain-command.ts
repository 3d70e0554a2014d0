import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml explain`, with its options and examples. */
export function declareExplain(command: Command, perform: Perform): void {
  command
    .argument('<message>', 'the message; - reads a whole log from standard input')
    .option('--model <file>', 'the model that the program runs: with it, the lines of code are exact')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml explain "Didn't find op for builtin opcode 'CONV_2D' version '3'" --model kws.tflite
  $ tinyml explain "Failed to resize buffer. Requested: 1024, available 640, missing: 384"
  $ tinyml explain - < build.log`,
    )
    .action(perform(async () => (await import('../actions/explain-action.ts')).explainAction));
}
