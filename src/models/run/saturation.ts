/** Real numbers that a model's input cannot hold: they saturate at the ends of the range it was calibrated for. */

import { formatCount, formatFigure } from '../../core/figure-text.ts';
import type { Reporter } from '../../core/reporter.ts';
import { stepsOf, type TensorType } from '../../core/tensor.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { type Graph, getValue } from '../../ir/graph.ts';

/** The real numbers that a quantized input tells apart. */
export interface InputRange {
  readonly low: number;
  readonly high: number;
  /** Half a step beyond an end is still rounded to it. */
  readonly halfStep: number;
}

function rangeOfType(type: TensorType): InputRange | undefined {
  const steps = stepsOf(type);
  if (steps === undefined) return undefined;
  const { min, max } = steps.limits;
  const { scale, zeroPoint } = steps.quant;
  return { low: scale * (min - zeroPoint), high: scale * (max - zeroPoint), halfStep: scale / 2 };
}

/** Of the one input; behind a float32 input, that of the QUANTIZE which reads it. Undefined where nothing is quantized. */
export function inputRange(graph: Graph): InputRange | undefined {
  const [input] = graph.inputs;
  if (graph.inputs.length !== 1) return undefined;
  const own = rangeOfType(getValue(graph, input).type);
  if (own !== undefined) return own;
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(input));
  const [reader] = readers;
  if (readers.length !== 1 || reader.kind !== 'quantize') return undefined;
  return rangeOfType(getValue(graph, reader.outputs[0]).type);
}

/** What was seen of a model's inputs. */
export interface SaturationCount {
  /** Of the values read so far, those beyond the range. */
  readonly outside: number;
  readonly values: number;
}

/** The same records, and how many of their values lay outside of the range when they were read. */
export function watchSaturation(
  records: RecordSource,
  { low, high, halfStep }: InputRange,
): { readonly watched: RecordSource; count(): SaturationCount } {
  const length = records.shape.reduce((product, dimension) => product * dimension, 1);
  let outside = 0;
  let values = 0;
  return {
    watched: {
      ...records,
      read(start, rows, into) {
        records.read(start, rows, into);
        for (let i = 0; i < rows * length; i++) {
          if (into[i] < low - halfStep || into[i] > high + halfStep) outside++;
        }
        values += rows * length;
      },
    },
    count: () => ({ outside, values }),
  };
}

/** What `body` makes of the records; then says how many of their values the model cut off. */
export async function warningOfSaturation<T>(
  graph: Graph,
  records: RecordSource,
  report: Reporter,
  body: (records: RecordSource) => Promise<T>,
): Promise<T> {
  const range = inputRange(graph);
  if (range === undefined) return body(records);
  const { watched, count } = watchSaturation(records, range);
  const result = await body(watched);
  const { outside, values } = count();
  if (outside > 0) {
    report.warn(
      `${formatCount(outside)} of ${formatCount(values)} input values (${formatFigure((100 * outside) / values)}%) lie outside of ${formatFigure(range.low)} … ${formatFigure(range.high)}, for which the model was calibrated: they are cut off there. Look at the units and the normalization of the samples.`,
    );
  }
  return result;
}
