/** What a self-test on the chip came to, as text. */

import { counted, countOf } from '../../../core/figure-text.ts';
import type { SelfTestLog, SelfTestRun } from '../../../models/firmware/self-test-log.ts';
import { formatCount } from '../table.ts';

/** Everything there is to say of the log besides the run that counts. */
export function renderRunNotes({ runs, damagedLines, unfinished }: SelfTestLog): string[] {
  const kinds = Object.entries(runs).filter(([, number]) => number > 0);
  const total = kinds.reduce((sum, [, number]) => sum + number, 0);
  const list = kinds.map(([verdict, number]) => `${number} ${verdict}`).join(', ');
  return [
    ...(total > 1
      ? [`${counted(total, 'line')} of the self-test in the log (${list}); the last one counts.`]
      : []),
    ...(damagedLines > 0
      ? [`${countOf(damagedLines, 'line')} of the self-test cut or damaged; not counted.`]
      : []),
    ...(unfinished ? ['The line has no end: if it was cut, its last number is too small.'] : []),
  ];
}

/** The verdict first, then what differs; `model` is printable already. */
export function renderSelfTestRun(run: SelfTestRun, model: string): string {
  switch (run.verdict) {
    case 'PASS':
      return `PASS: the chip computed all ${countOf(run.bytes, 'output byte')} of ${countOf(run.vectors, 'vector')} as expected, with ${model}.`;
    case 'FAIL':
      return `FAIL: vector ${run.vector}, output ${run.output}, index ${run.index}: expected ${run.expected}, actual ${run.actual}; ${countOf(run.mismatches, 'byte')} of ${formatCount(run.bytes)} differ in ${countOf(run.vectors, 'vector')}, with ${model}.`;
    case 'UNPROVEN':
      return `UNPROVEN: the model ran on ${countOf(run.vectors, 'input')}, and nothing says what it must give, with ${model}.`;
    case 'ERROR':
      return `ERROR: ${run.step} did not succeed at vector ${run.vector}, with ${model}.`;
  }
}

/** Whatever the chip found, it is not about the model that was asked about. */
export function renderOtherModel({ model }: SelfTestRun, asked: string): string {
  return `OTHER MODEL: the self-test ran with model ${model}, so nothing is known of ${asked}.`;
}
