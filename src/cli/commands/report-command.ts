import { type Command, Option } from 'commander';
import { parsePort } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml report`, with its options and examples. */
export function declareReport(command: Command, perform: Perform): void {
  command
    .option('-o, --output <file>', 'where the page goes', 'report.html')
    .addOption(
      new Option(
        '--watch',
        'serve the page on this machine instead, and follow what other commands make; Ctrl-C ends it',
      ).conflicts('output'),
    )
    .option('--port <n>', 'of --watch; by default one that is free', parsePort)
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml report
  $ tinyml report -o gesture.html
  $ tinyml report --watch              and in another terminal: tinyml run`,
    )
    .action(perform(async () => (await import('../actions/report-action.ts')).reportAction));
}
