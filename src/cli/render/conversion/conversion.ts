/** What a conversion bought, pass by pass, and the plan that went into the file. */

import { countOf } from '../../../core/figure-text.ts';
import type { Int4Report } from '../../../models/convert/int4-report.ts';
import type { LutReport } from '../../../models/convert/lut-report.ts';
import type { PassStep } from '../../../models/convert/pass-steps.ts';
import type { PlannedArenas } from '../../../models/convert/write-planned.ts';
import type { StreamReport } from '../../../models/streaming/stream-report.ts';
import type { ScaleReport } from '../../../passes/simulated/scale-report.ts';
import { formatSteps } from '../pass-table.ts';
import { printable } from '../printable.ts';
import { formatCount } from '../table.ts';
import { formatInt4 } from './int4-text.ts';
import { formatLut } from './lut-text.ts';
import { formatScales } from './scales-text.ts';
import { formatStream } from './stream-text.ts';

/** What `tinyml convert MODEL` tells. */
export interface ConversionReport {
  /** As the user names it. */
  readonly model: string;
  /** With all of its weights, in whatever files they lie. */
  readonly inputBytes: number;
  /** Path of the `.tflite` file. */
  readonly written: string;
  readonly bytes: number;
  /** Where a plan was asked for; null where none saves memory. */
  readonly plan?: PlannedArenas | null;
  readonly steps: readonly PassStep[];
  /** Where the file had scales for int8. */
  readonly scales?: ScaleReport;
  /** Where weights got 4 bits. */
  readonly int4?: Int4Report;
  /** Where weights as look-up tables were asked for. */
  readonly lut?: LutReport;
  /** Where it takes new rows of a stream alone. */
  readonly stream?: StreamReport;
}

function formatPlan(arenas: PlannedArenas | null): string {
  if (arenas === null) {
    return "TensorFlow Lite Micro's own plan of the arena is as good as any that was found; the file has none.\n";
  }
  const sizes = Object.entries(arenas).map(
    ([target, { ownBytes, plannedBytes }]) =>
      `  ${target}: ${countOf(plannedBytes, 'byte')} instead of ${formatCount(ownBytes)}\n`,
  );
  return `The file plans the arena. It needs, at least:\n${sizes.join('')}`;
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderConversion(report: ConversionReport, terminal?: number): string {
  const { model, inputBytes, written, bytes, plan, steps, scales, int4, lut, stream } = report;
  const sizes = `${printable(written)}: ${countOf(bytes, 'byte')} (${printable(model)}: ${formatCount(inputBytes)})`;
  const more = [
    ...(plan === undefined ? [] : [formatPlan(plan)]),
    ...(scales === undefined ? [] : [formatScales(scales)]),
    ...(int4 === undefined ? [] : [formatInt4(int4)]),
    ...(lut === undefined ? [] : [formatLut(lut, terminal)]),
    ...(stream === undefined ? [] : [formatStream(stream)]),
  ];
  return `${formatSteps(steps, terminal)}\n\n${sizes}\n${more.join('')}`;
}
