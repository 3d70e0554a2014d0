import type { Command } from 'commander';
import type { Perform } from '../perform.ts';

/** Declares `tinyml verify`, with its options and examples. */
export function declareVerify(program: Command, perform: Perform): void {
  program
    .command('verify')
    .description("Read a board's serial log and tell whether the chip computed what tinyml computed.")
    .argument('<log>', 'what the serial port printed; - for standard input')
    .option('--model <file>', 'the model that should be on the chip: .tflite file or C array')
    .addHelpText(
      'after',
      `
The last complete line of the self-test counts. Exit code 5 where it is not PASS, or of another model.

Examples:
  $ tinyml verify serial.log
  $ tinyml verify serial.log --model sine.tflite
  $ tinyml verify - < serial.log`,
    )
    .action(perform(async () => (await import('../../actions/board/verify-action.ts')).verifyAction));
}
