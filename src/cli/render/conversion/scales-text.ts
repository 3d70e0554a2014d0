/** Which scales of a quantized file the model keeps, as text. */

import { countOf } from '../../../core/figure-text.ts';
import type { ChangedScale, ScaleAndZero, ScaleReport } from '../../../passes/simulated/scale-report.ts';
import type { RoundedWeights } from '../../../passes/simulated/weight-steps.ts';
import { printable } from '../printable.ts';
import { formatCount } from '../table.ts';

const MOST_LINES = 8;

function pair({ scale, zeroPoint }: ScaleAndZero): string {
  return `scale ${Number(scale.toPrecision(6))}, zero point ${zeroPoint}`;
}

function change({ tensor, file, used, why }: ChangedScale): string {
  return `  ${printable(tensor)}: ${pair(used)}, in the file ${pair(file)}. ${why}\n`;
}

function weights({ layer, channels }: RoundedWeights): string {
  return `  ${printable(layer)}: ${countOf(channels, 'channel')}\n`;
}

function lines<T>(rows: readonly T[], line: (row: T) => string): string {
  const more = rows.length - MOST_LINES;
  const rest = more > 0 ? [`  and ${formatCount(more)} more\n`] : [];
  return [...rows.slice(0, MOST_LINES).map(line), ...rest].join('');
}

function inFloat(names: readonly string[]): string {
  const [first] = names;
  const others = names.length === 1 ? '' : ` and ${formatCount(names.length - 1)} more`;
  return `In float32, as in the file: ${printable(first)}${others}. Samples make scales for that: --calibration x.npy\n`;
}

export function formatScales({ kept, changed, made, real, rounded }: ScaleReport): string {
  const all = kept + changed.length;
  const head =
    changed.length === 0
      ? `Scales of the file: all ${formatCount(all)} are kept.\n`
      : `Scales of the file: ${formatCount(kept)} of ${formatCount(all)} are kept. The others:\n`;
  const fresh = [
    ...(made.fromReaders > 0 ? [`${formatCount(made.fromReaders)} made of what reads them`] : []),
    ...(made.fromSamples > 0 ? [`${formatCount(made.fromSamples)} made of the samples`] : []),
  ];
  return [
    head,
    lines(changed, change),
    ...(fresh.length === 0 ? [] : [`Scales that the file lacks: ${fresh.join(', ')}.\n`]),
    ...(real.length === 0 ? [] : [inFloat(real)]),
    ...(rounded.length === 0
      ? []
      : [
          'Weights with more steps than ±127 around zero, rounded to other scales:\n',
          lines(rounded, weights),
        ]),
  ].join('');
}
