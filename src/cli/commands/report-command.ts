import type { Command } from 'commander';
import type { Perform } from './perform.ts';

/** Declares `tinyml report`, with its options and examples. */
export function declareReport(program: Command, perform: Perform): void {
  program
    .command('report')
    .description(
      'Make one HTML page of the project: data, curves, scores, worst samples, memory, cost, digests. It needs no network.',
    )
    .option('-o, --output <file>', 'where the page goes', 'report.html')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml report
  $ tinyml report -o gesture.html`,
    )
    .action(perform(async () => (await import('../actions/report-action.ts')).reportAction));
}
