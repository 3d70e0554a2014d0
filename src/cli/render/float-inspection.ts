/** The inspection of a float model as text: its own figures, beside those of the int8 model that it can become. */

import type { InspectedFloatModel } from '../../models/inspect/inspect-float-model.ts';
import type { Inspection } from '../../models/inspect/inspect-model.ts';
import {
  arenaNotes,
  formatArenaBytes,
  formatEnds,
  formatMacs,
  formatOperators,
  formatWarnings,
} from './inspection.ts';
import { formatSteps } from './pass-table.ts';
import { printable } from './printable.ts';
import { formatCount, formatTable } from './table.ts';

const AS_INT8 =
  'As int8: the same graph quantized with placeholder ranges, which arena, operators and constants do not depend on.\nFrom real samples the file comes out smaller, where parameters coincide and where channels turn out to be constant.';

function figures(inspection: Inspection): (readonly [string, string])[] {
  return [
    ['flash, bytes', formatCount(inspection.fileBytes)],
    ['  constants', formatCount(inspection.constantBytes)],
    ['  overhead', formatCount(inspection.overheadBytes)],
    ['operators', formatCount(inspection.operators.length)],
    ['MACs', formatMacs(inspection)],
    ...inspection.arena.flatMap((one) => [
      [`arena used, ${one.target}`, formatArenaBytes(one.usedBytes, one)] as const,
      ['  least that works', formatArenaBytes(one.minimumBytes, one)] as const,
    ]),
  ];
}

function formatFigures(float: Inspection, int8: Inspection | undefined): string {
  const after = int8 === undefined ? undefined : figures(int8);
  return formatTable(
    [
      { title: '' },
      { title: 'float32', align: 'right' },
      ...(after === undefined ? [] : [{ title: 'as int8', align: 'right' } as const]),
    ],
    figures(float).map(([title, value], index) => [
      title,
      value,
      ...(after === undefined ? [] : [after[index][1]]),
    ]),
  );
}

export function renderFloatInspection(title: string, { float, int8, passes }: InspectedFloatModel): string {
  const quantized = 'refused' in int8 ? undefined : int8.inspection;
  const blocks = [
    `${printable(title)}: a float model, not quantized\n${formatEnds(float.inspection)}`,
    formatOperators(float.inspection),
    formatFigures(float.inspection, quantized),
    arenaNotes([...(quantized ?? float.inspection).arena]).join('\n'),
    'refused' in int8 ? `It cannot become int8: ${printable(int8.refused)}` : AS_INT8,
  ];
  const warnings = float.inspection.warnings;
  if (warnings.length > 0) blocks.push(formatWarnings(warnings));
  if (passes.length > 1)
    blocks.push(`What the passes save, from the model as it was read:\n${formatSteps(passes)}`);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
