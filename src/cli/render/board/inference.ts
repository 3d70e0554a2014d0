/** An inference that a board told of, as a line. */

import type { InferenceLine } from '../../../models/firmware/inference-line.ts';
import { printable } from '../printable.ts';

/** Classes stand first, one with its score, then the numbers. */
export function renderInference(line: InferenceLine): string {
  const { sample, input, outputs, labels = {}, label, score, anomaly } = line;
  const decided = [
    ...Object.entries(labels).map(([name, own]) => `${name} ${printable(own)}`),
    ...(label === undefined ? [] : [`${printable(label)} ${score}`]),
    ...(anomaly === undefined ? [] : [anomaly ? 'an anomaly' : 'normal']),
  ];
  const numbers = [
    ...(input === undefined ? [] : [`input ${input}`]),
    ...Object.entries(outputs).map(([name, value]) => `${name} ${value}`),
  ];
  const head = sample === undefined ? '' : `sample ${sample}: `;
  return head + [...decided, ...numbers].join(', ');
}
