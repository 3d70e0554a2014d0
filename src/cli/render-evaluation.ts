/** The scores of an evaluation as a table, and its predictions as a plot in characters. */

import type { Artifact } from '../artifacts/store.ts';
import { readFiniteArray } from '../stages/dataset-reader.ts';
import type { Evaluation } from '../stages/evaluate.ts';
import { formatFigure, formatTable } from './table.ts';
import { textPlot } from './text-plot.ts';

export function readEvaluation(artifact: Artifact): Evaluation {
  return JSON.parse(artifact.readText('evaluation.json')) as Evaluation;
}

/** The scores of both models, one column each. */
export function evaluationTable({ float, converted, sqnrDb }: Evaluation): string {
  const rows: [string, number | undefined, number | undefined][] = [
    ['MSE', float.mse, converted.mse],
    ['MAE', float.mae, converted.mae],
    ['R²', float.r2, converted.r2],
    ['MSE against truth', float.mseAgainstTruth, converted.mseAgainstTruth],
    ['SQNR against float, dB', undefined, sqnrDb],
  ];
  return formatTable(
    [{ title: 'test split' }, { title: 'float', align: 'right' }, { title: converted.type, align: 'right' }],
    rows
      .filter(([, a, b]) => a !== undefined || b !== undefined)
      .map(([name, a, b]) => [name, formatFigure(a), formatFigure(b)]),
  );
}

/** The test samples and the converted model's predictions over x, for models of one input and one output. */
export function evaluationPlot(dataset: Artifact, evaluation: Artifact): string | undefined {
  const read = (artifact: Artifact, path: string) => readFiniteArray(artifact.read(path), path);
  const x = read(dataset, 'x_test.npy');
  const y = read(dataset, 'y_test.npy');
  if (x.data.length !== x.shape[0] || y.data.length !== y.shape[0]) return undefined;
  const predicted = read(evaluation, 'predictions_converted.npy');
  const label = `${readEvaluation(evaluation).converted.type} model`;
  return textPlot(
    [
      { label: 'test samples', mark: '·', x: x.data, y: y.data },
      { label, mark: '●', x: x.data, y: predicted.data },
    ],
    { columns: 64, rows: 16 },
  );
}

export function renderEvaluation(dataset: Artifact | undefined, evaluation: Artifact): string {
  const plot = dataset === undefined ? undefined : evaluationPlot(dataset, evaluation);
  const table = evaluationTable(readEvaluation(evaluation)).replace(/^/gm, '  ');
  return plot === undefined ? `${table}\n` : `${plot}\n\n${table}\n`;
}
