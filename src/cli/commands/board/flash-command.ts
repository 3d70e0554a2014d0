import type { Command } from 'commander';
import type { Perform } from '../perform.ts';

/** Declares `tinyml flash`, with its options and examples. */
export function declareFlash(command: Command, perform: Perform): void {
  command
    .argument('<dir>', 'the folder that export-c wrote; its files say what it is for')
    .option('--board <name>', 'the board as the kit names it; Arduino and Zephyr must know it')
    .option('--port <port>', 'the serial port of the board (default: the one that the program finds)')
    .option('--dry-run', 'print the commands and run none')
    .addHelpText(
      'after',
      `
Where the program is not installed, its exact command is what the error says.

Examples:
  $ tinyml flash sine --board arduino:mbed_nano:nano33ble --port /dev/ttyACM0
  $ tinyml flash kws-pico
  $ tinyml flash kws --board esp32s3 --dry-run`,
    )
    .action(perform(async () => (await import('../../actions/board/flash-action.ts')).flashAction));
}
