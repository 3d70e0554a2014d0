/** What a network that takes the new rows of a stream alone saves and costs, as text. */

import { countOf } from '../../../core/figure-text.ts';
import type { StreamReport } from '../../../models/streaming/stream-report.ts';
import { printable } from '../printable.ts';
import { formatCount } from '../table.ts';

export function formatStream(report: StreamReport): string {
  const { rows, windowRows, firstAnswer, windowMacs, macs, stateBytes, memory, end } = report;
  return [
    `It takes the ${countOf(rows, 'new row')} of a stream instead of a window of ${windowRows}. From inference ${firstAnswer} on every answer is that of the window, bit for bit; those before are none.\n`,
    `Time: ${formatCount(macs)} multiply-accumulates an answer instead of ${formatCount(windowMacs)} (${(windowMacs / macs).toFixed(1)}x less)\n`,
    `RAM: ${countOf(stateBytes, 'byte')} are kept from one inference to the next. With them it needs:\n`,
    ...memory.map(
      (one) =>
        `  ${one.target}: ${one.target === 'standalone-c' ? '' : 'at least '}${countOf(one.bytes, 'byte')} instead of ${formatCount(one.windowBytes)}\n`,
    ),
    ...(end === undefined
      ? []
      : [`As a whole it computes what comes from ${printable(end.layer)} on, which ${end.reason}.\n`]),
  ].join('');
}
