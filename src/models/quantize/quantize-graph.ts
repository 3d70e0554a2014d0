/** A prepared float32 graph to integers: calibrated, made ready by methods, quantized, and rounded on what it computes. */

import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import type { PassObserver } from '../../passes/pass.ts';
import type { TypeChoice } from '../../passes/quantize/activation-types.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import { calibrate } from '../convert/calibrate.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { calibrateFor, type IntegerForm, plainlyQuantized } from './apply-methods.ts';
import { guardMethods, keptMethods } from './guard-methods.ts';
import { GUARDED_RECIPE, type MethodName, methodsOf, type Recipe } from './method-names.ts';
import { spacedRecords } from './noise-shares.ts';
import { roundWeights } from './round-weights.ts';

/** How a graph is quantized. */
export interface QuantizationForm {
  readonly method: Recipe;
  /** One scale per unit of FULLY_CONNECTED weights instead of one in all. */
  readonly densePerChannel: boolean;
  /** What activations become: int8 where nothing is said. */
  readonly activations?: TypeChoice;
}

/** A graph of integers, and what it was made of. */
export interface QuantizedGraph {
  readonly int8: Graph;
  /** Those of the recipe that were not left out. */
  readonly methods: readonly MethodName[];
  readonly calibrated: Calibrated;
}

/** Activations of all of them are held at a time. */
const MOST_ROUNDING_RECORDS = 128;

async function roundedTogether(
  int8: Graph,
  { graph, statistics }: Calibrated,
  records: RecordSource,
  context: WorkContext,
): Promise<Graph> {
  const some = spacedRecords(records, MOST_ROUNDING_RECORDS);
  const ofSome = some === records ? statistics : await calibrate(graph, some, context);
  return roundWeights(graph, ofSome, int8, some);
}

/** Throws `unsupported` errors for what no int8 kernel computes. `observe` is told of `quantize`. */
export async function quantizeGraph(
  prepared: Graph,
  records: RecordSource,
  { method, densePerChannel, activations = 'int8' }: QuantizationForm,
  context: WorkContext,
  observe?: PassObserver,
): Promise<QuantizedGraph> {
  context.report?.step('calibrate');
  const form: IntegerForm = { activations, densePerChannel };
  const apply = await calibrateFor(prepared, records, form, context);
  const wanted = methodsOf(method);
  const methods =
    method === GUARDED_RECIPE
      ? keptMethods(prepared, apply, records, await guardMethods(prepared, records, wanted, form, context))
      : wanted;
  const calibrated = apply(methods);
  const plain = plainlyQuantized(calibrated);
  const int8 =
    calibrated.rounding === 'compensated'
      ? await roundedTogether(plain, calibrated, records, context)
      : plain;
  observe?.('quantize', int8);
  return { int8, methods, calibrated };
}
