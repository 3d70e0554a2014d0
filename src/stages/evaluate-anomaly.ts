/** Autoencoders: errors of reconstruction, against thresholds that normal validation samples give. */

import type { FloatArray } from '../data/records/float-array.ts';
import { arrayRecords } from '../data/records/records.ts';
import type { Graph } from '../ir/graph.ts';
import { predictAll } from '../models/run/predict-records.ts';
import type { WorkContext } from '../models/run/spread/spread-records.ts';
import { quantileOf, reconstructionErrors } from '../models/score/anomaly-scores.ts';
import { type Anomaly, evaluateAnomaly, type Outputs } from '../models/score/evaluation.ts';

/** Of the normal validation samples, so many lie below the threshold. */
export const ANOMALY_QUANTILE = 0.99;

/** Samples as the model sees them. */
export interface AnomalySamples {
  readonly test: FloatArray;
  readonly isAnomaly: Int32Array;
  /** Normal ones. */
  readonly validation: FloatArray;
}

/** The error of a graph above which a sample is an anomaly; `validation` are normal ones. */
export async function anomalyThreshold(
  graph: Graph,
  validation: FloatArray,
  context: WorkContext,
): Promise<number> {
  const outputs = await predictAll(graph, arrayRecords(validation), context);
  return quantileOf(
    reconstructionErrors(validation.data, outputs.data, validation.shape[0]),
    ANOMALY_QUANTILE,
  );
}

/** `outputs` are those of both graphs for the test samples. */
export async function evaluateReconstruction(
  graphs: { readonly float: Graph; readonly converted: Graph },
  outputs: Outputs,
  samples: AnomalySamples,
  context: WorkContext,
): Promise<Anomaly> {
  const judged = async (name: 'float' | 'converted') => ({
    errors: reconstructionErrors(samples.test.data, outputs[name].data, samples.test.shape[0]),
    threshold: await anomalyThreshold(graphs[name], samples.validation, context),
  });
  return evaluateAnomaly(outputs, samples.isAnomaly, {
    float: await judged('float'),
    converted: await judged('converted'),
    quantile: ANOMALY_QUANTILE,
  });
}
