/** How a float model becomes integers wherever its compression is measured: as it is converted afterwards. */

import type { IntegerModelType } from '../../core/model-type.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { WriteOptions } from '../../formats/tflite/write.ts';
import type { Graph } from '../../ir/graph.ts';
import { passesAgainst } from '../../passes/quantize/rounding/kept-weights.ts';
import type { Target } from '../../planner/target.ts';
import { activationsOf, finishInt8, type Int8Form, prepareForInt8 } from '../convert/lower.ts';
import type { Int4Wish } from '../quantize/int4/int4-wish.ts';
import type { Recipe } from '../quantize/method-names.ts';
import { quantizeGraph } from '../quantize/quantize-graph.ts';
import { trainedIntegers } from '../quantize/trained-integers.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { WrittenModel } from './written-graph.ts';

/** Everything that decides its integers, and what will run them. */
export interface MeasuredForm extends Int8Form {
  readonly type: IntegerModelType;
  readonly method: Recipe;
  readonly int4?: Int4Wish;
  /** Training samples: they calibrate. */
  readonly calibration: RecordSource;
  /** Weights of few values are look-up tables in the file. */
  readonly lut?: true;
  /** What its file says besides: all bytes count. */
  readonly note?: WriteOptions['note'];
  /** Whose memory is planned. */
  readonly target: Target;
}

/** The graph that is written. Throws what quantization throws. */
export async function integersOf(
  { graph, keeps: kept, trained }: WrittenModel,
  form: MeasuredForm,
  context: WorkContext,
): Promise<Graph> {
  if (trained !== undefined)
    return finishInt8(trainedIntegers(graph, trained, form), { ...form, without: [] });
  const { method, densePerChannel, int4, calibration } = form;
  const lowering = { ...form, without: passesAgainst({ kept }) };
  const asked = {
    kept,
    method,
    densePerChannel,
    activations: activationsOf(form),
    ...(int4 === undefined ? {} : { int4 }),
  };
  const { int8 } = await quantizeGraph(prepareForInt8(graph, lowering), calibration, asked, context);
  return finishInt8(int8, lowering);
}
