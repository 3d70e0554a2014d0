/** What methods of compression did, as rows of text, for whoever prints or draws them. */

import { countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import type { CompressionStep, CompressionTable, FormFigure, MeasuredFigure } from './compress-model.ts';

const COSTS = ['parameters', 'bytes', 'MACs', 'arena'];

/** Over the cells of a row, the first of which names the method. */
export function compressionTitles({ type, test }: CompressionTable): readonly string[] {
  const tested = test === undefined ? [] : ['test: float', type];
  return ['method', 'validation: float', type, ...tested, ...COSTS];
}

function figures({ float, converted }: FormFigure): readonly string[] {
  return [formatFigure(float), formatFigure(converted)];
}

function cellsOf({ method, validation, test, cost }: CompressionStep): readonly string[] {
  const { parameters, fileBytes, macs, arenaBytes } = cost;
  return [
    method ?? 'before',
    ...figures(validation),
    ...(test === undefined ? [] : figures(test)),
    ...[parameters, fileBytes, macs, arenaBytes].map(formatCount),
  ];
}

/** A row for the model as it came, and one behind each method. */
export function compressionRows({ steps }: CompressionTable): readonly (readonly string[])[] {
  return steps.map(cellsOf);
}

/** What the figures are of, in a sentence or two. */
export function compressionLegend({ type, target, validation, test }: CompressionTable): string {
  const of = (part: string, { title, samples }: MeasuredFigure): string =>
    `${part}: ${title}, of ${countOf(samples, 'sample')}`;
  const parts = [of('validation', validation), ...(test === undefined ? [] : [of('test', test)])];
  return `${parts.join('; ')}. Bytes, MACs and arena are those of ${type} (${target}).`;
}
