import type { Command } from 'commander';
import type { Perform } from '../perform.ts';
import { baudOption, parseSeconds } from './port-options.ts';

/** Declares `tinyml verify`, with its options and examples. */
export function declareVerify(command: Command, perform: Perform): void {
  command
    .argument('[log]', 'what the serial port printed; - for standard input')
    .option('--port <port>', 'listen to the board at this serial port; auto where only one is connected')
    .addOption(baudOption())
    .option('--timeout <seconds>', 'how long to wait for the board', parseSeconds, 30)
    .option('--model <file>', 'the model that should be on the chip: .tflite file or C array')
    .addHelpText(
      'after',
      `
The last complete line of the self-test counts, of a board the first one; firmware repeats it. Exit code 5 where it is not PASS, or of another model.

Examples:
  $ tinyml verify serial.log
  $ tinyml verify serial.log --model sine.tflite
  $ tinyml verify - < serial.log
  $ tinyml verify --port auto --model sine.tflite`,
    )
    .action(perform(async () => (await import('../../actions/board/verify-action.ts')).verifyAction));
}
