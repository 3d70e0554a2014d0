import { type PassStep, tellingSteps } from '../../models/convert/pass-steps.ts';
import { formatCount, formatTable } from './table.ts';

/** The cost after every pass that changed it. */
export function formatSteps(steps: readonly PassStep[], terminal?: number): string {
  return formatTable(
    [
      { title: 'after' },
      { title: 'operators', align: 'right' },
      { title: 'MACs', align: 'right' },
      { title: 'constant bytes', align: 'right' },
    ],
    tellingSteps(steps).map(({ pass, operators, macs, constantBytes }) => [
      pass,
      formatCount(operators),
      formatCount(macs),
      formatCount(constantBytes),
    ]),
    terminal,
  );
}
