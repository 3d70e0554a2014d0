/** The inspection of a float model as text: its own figures, beside those of the int8 model that it can become. */

import type {
  Bound,
  Bounds,
  InspectedFloatModel,
  InspectedInt8Form,
  ScaleSource,
} from '../../models/inspect/inspect-float-model.ts';
import type { Inspection } from '../../models/inspect/inspect-model.ts';
import { formatArenaBytes, formatMacs, memoryNotes } from '../../models/inspect/inspection-text.ts';
import { formatEnds, formatOperators, formatWarnings } from './inspection.ts';
import { formatSteps } from './pass-table.ts';
import { printable } from './printable.ts';
import { formatCount, formatTable } from './table.ts';

const AS_INT8: Readonly<Record<ScaleSource, string>> = {
  file: 'As int8: the file that "tinyml convert" makes of it, with the scales that it has already.',
  samples: 'As int8: the file that "tinyml convert" makes of it with these samples.',
  placeholders: 'As int8: the same graph quantized with placeholder ranges, before there are samples.',
};

/** What stands before a figure, and the line that says why. */
const BOUNDS: Readonly<Record<Bound, { readonly mark: string; readonly why?: string }>> = {
  exact: { mark: '' },
  'at-most': {
    mark: 'at most ',
    why: '"At most": real samples can make it less, where channels turn out to be constant.',
  },
  about: {
    mark: 'about ',
    why: '"About": real samples change it, mostly to less: where channels turn out to be constant, where constants coincide, and where zeros of a normalized input lie outside its range; --calibration shows how.',
  },
};

interface FigureRow {
  readonly figure: keyof Bounds;
  readonly title: string;
  readonly value: string;
}

/** The refusal is told below. */
function standaloneValue({ standalone }: Inspection): string {
  if ('refusal' in standalone) return 'none';
  return formatCount(standalone.bufferBytes + standalone.stateBytes);
}

function figures(inspection: Inspection): readonly FigureRow[] {
  return [
    { figure: 'fileBytes', title: 'flash, bytes', value: formatCount(inspection.fileBytes) },
    { figure: 'constantBytes', title: '  constants', value: formatCount(inspection.constantBytes) },
    { figure: 'overheadBytes', title: '  overhead', value: formatCount(inspection.overheadBytes) },
    { figure: 'operators', title: 'operators', value: formatCount(inspection.operators.length) },
    { figure: 'macs', title: 'MACs', value: formatMacs(inspection) },
    ...inspection.arena.flatMap((one): readonly FigureRow[] => [
      { figure: 'arena', title: `arena used, ${one.target}`, value: formatArenaBytes(one.usedBytes, one) },
      { figure: 'arena', title: '  least that works', value: formatArenaBytes(one.minimumBytes, one) },
    ]),
    { figure: 'arena', title: 'buffer and state, standalone-c', value: standaloneValue(inspection) },
  ];
}

function int8Figures({ inspection, bounds }: InspectedInt8Form): readonly string[] {
  return figures(inspection).map(({ figure, value }) => `${BOUNDS[bounds[figure]].mark}${value}`);
}

function explainBounds({ scales, bounds }: InspectedInt8Form): string {
  const marks = new Set(Object.values(bounds));
  return [AS_INT8[scales], ...[...marks].flatMap((bound) => BOUNDS[bound].why ?? [])].join('\n');
}

function formatFigures(
  float: Inspection,
  int8: InspectedInt8Form | undefined,
  terminal: number | undefined,
): string {
  const after = int8 === undefined ? undefined : int8Figures(int8);
  return formatTable(
    [
      { title: '' },
      { title: 'float32', align: 'right' },
      ...(after === undefined ? [] : [{ title: 'as int8', align: 'right' } as const]),
    ],
    figures(float).map(({ title, value }, index) => [
      title,
      value,
      ...(after === undefined ? [] : [after[index]]),
    ]),
    terminal,
  );
}

/** `title` names the file; foreign text. `terminal` is how many cells a line of the terminal has. */
export function renderFloatInspection(
  title: string,
  { float, int8, passes }: InspectedFloatModel,
  terminal?: number,
): string {
  const quantized = 'refusal' in int8 ? undefined : int8;
  const blocks = [
    `${printable(title)}: ${quantized?.scales === 'file' ? 'a quantized model, here in float32' : 'a float model, not quantized'}\n${formatEnds(float.inspection)}`,
    formatOperators(float.inspection, terminal),
    formatFigures(float.inspection, quantized, terminal),
    memoryNotes((quantized ?? float).inspection)
      .map(printable)
      .join('\n'),
    'refusal' in int8 ? `It cannot become int8: ${printable(int8.refusal)}` : explainBounds(int8),
  ];
  const warnings = float.inspection.warnings;
  if (warnings.length > 0) blocks.push(formatWarnings(warnings));
  if (passes.length > 1)
    blocks.push(`What the passes save, from the model as it was read:\n${formatSteps(passes, terminal)}`);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
