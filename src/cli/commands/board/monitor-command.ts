import type { Command } from 'commander';
import type { Perform } from '../perform.ts';
import { baudOption, parseSeconds, portOption } from './port-options.ts';

/** Declares `tinyml monitor`, with its options and examples. */
export function declareMonitor(command: Command, perform: Perform): void {
  command
    .addOption(portOption())
    .addOption(baudOption())
    .option('--seconds <n>', 'how long to listen (default: until Ctrl-C)', parseSeconds)
    .addHelpText(
      'after',
      `
With --json every line of the board is a line of JSON, with the seconds since the start.

Examples:
  $ tinyml monitor
  $ tinyml monitor --port /dev/ttyACM0 --seconds 60
  $ tinyml monitor --json | grep '"kind":"heard"'`,
    )
    .action(perform(async () => (await import('../../actions/board/monitor-action.ts')).monitorAction));
}
