/** What 4-bit weights save and cost, as text. */

import type { Int4Report } from '../../../models/convert/int4-report.ts';
import type { LibrarySupport } from '../../../models/inspect/library-support.ts';
import { LIBRARY_NAMES } from '../../../targets/tflm/operators.ts';
import { printable } from '../printable.ts';
import { formatCount } from '../table.ts';

const decibels = (value: number): string => `${value.toFixed(1)} dB`;

function share(bytes: number, of: number): string {
  return `${formatCount(bytes)} bytes instead of ${formatCount(of)} (${(bytes / of).toFixed(2)}x)`;
}

function noise({ calibration, heldOut }: Int4Report['loss']): string {
  const measured = `Signal to noise, against int8: ${decibels(-calibration)} on the calibration samples`;
  return heldOut === undefined
    ? `${measured}; they are too few to hold some back\n`
    : `${measured}, ${decibels(-heldOut)} on a half held back\n`;
}

function library({ library: name, answer, refusals: [first] }: LibrarySupport): string {
  const why = first === undefined ? '' : ` (${printable(first.operator)}: ${first.reason})`;
  return `  ${LIBRARY_NAMES[name]}: ${answer}${why}\n`;
}

export function formatInt4(report: Int4Report): string {
  const { layers, weightBytes, int8WeightBytes, bytes, int8Bytes, loss, arenas, libraries } = report;
  return [
    `4-bit weights in ${layers.map(printable).join(', ')}\n`,
    `Weights: ${share(weightBytes, int8WeightBytes)}\nFile: ${share(bytes, int8Bytes)}\n`,
    noise(loss),
    'Reference kernels unpack the weights of an operator into the arena. It needs, at least:\n',
    ...arenas.map(
      (one) =>
        `  ${one.target}: ${formatCount(one.bytes)} bytes, with int8 weights ${formatCount(one.int8Bytes)}\n`,
    ),
    'Libraries that run it:\n',
    ...libraries.map(library),
  ].join('');
}
