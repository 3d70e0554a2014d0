/** Features of one recording as text. */

import { counted } from '../../../core/figure-text.ts';
import type { Features } from '../../../data/features/make-features.ts';
import type { WholeRecording } from '../../../data/features/read-recording.ts';
import { pooled } from '../../../targets/plots/pooled-cells.ts';

const SHADES = [' ', '░', '▒', '▓', '█'];
const MOST_LINES = 16;
const MARGIN = 4;

function picture({ values, shape, least, most }: Features, columns: number): string {
  const width = shape.at(-1) ?? 1;
  const { columns: across, lines, at } = pooled(values, width, Math.max(8, columns - MARGIN), MOST_LINES);
  const shade = (value: number): string =>
    Number.isNaN(value)
      ? '?'
      : SHADES[
          Math.min(SHADES.length - 1, Math.floor(((value - least) / (most - least || 1)) * SHADES.length))
        ];
  return Array.from({ length: lines }, (_, i) => lines - 1 - i)
    .map((line) => `  │${Array.from({ length: across }, (_, column) => shade(at(column, line))).join('')}`)
    .join('\n');
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

function ofRecording({ rows, columns, rate, channels, clipped }: WholeRecording): string {
  return [
    columns === 1 ? counted(rows, 'reading') : `${counted(rows, 'row')} of ${columns} readings`,
    ...(rate === undefined ? [] : [`${rate} Hz, ${figure(rows / rate)} s`]),
    ...(channels === 1 ? [] : [`${channels} channels as one`]),
    ...(clipped === undefined || clipped === 0
      ? []
      : [`${clipped} (${figure((100 * clipped) / rows)} %) clipped`]),
  ].join(', ');
}

/** With a picture where a terminal of so many columns shows it. */
export function featuresText(
  recording: WholeRecording,
  features: Features,
  columns: number | undefined,
): string {
  const { shape, least, most, missing } = features;
  return [
    `${recording.name}: ${ofRecording(recording)}`,
    `  features [${shape.join(', ')}] from ${figure(least)} to ${figure(most)}${missing === 0 ? '' : `, ${missing} are no number`}`,
    ...(columns === undefined ? [] : [picture(features, columns)]),
    '',
  ].join('\n');
}
