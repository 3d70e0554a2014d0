/**
 * Why a network loses what it loses in int8. What is looked at is its plain form (every range from the least to the greatest
 * value that calibration saw, every weight to its nearest step): methods hide troubles, and the cures measure what is left.
 */

import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { calibrateFor, plainlyQuantized } from '../quantize/apply-methods.ts';
import { spacedRecords } from '../quantize/held-records.ts';
import { recordNoise } from '../quantize/int8-noise.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { accumulatedNoise } from './accumulated-noise.ts';
import { crossValidated } from './cross-validate.ts';
import { totalNoise } from './decibels.ts';
import { diagnoseLayer, type LayerWork, sharesOneScale, shownNodes } from './diagnose-layer.ts';
import { channelsOf, diagnoseTensors, weightsOf } from './diagnose-values.ts';
import type { Diagnosis, LayerDiagnosis } from './diagnosis.ts';
import { budgetOf } from './error-budget.ts';
import { type Plain, plainForm, roundingOf } from './plain-form.ts';
import { createSimulation } from './simulation.ts';

/** Records that single figures are of. */
const MOST_RECORDS = 128;
const MOST_SIMULATED = 32;
const LEAST_SIMULATED = 4;
/** Multiply-accumulates that all simulations together may take: some seconds. */
const MOST_MACS = 1e10;

function simulatedRecords({ float }: Plain, held: RecordSource): RecordSource {
  const runs = 5 * float.nodes.length + 6;
  const affordable = Math.floor(MOST_MACS / (runs * Math.max(1, graphCost(float).macs)));
  return spacedRecords(held, Math.max(LEAST_SIMULATED, Math.min(MOST_SIMULATED, affordable)));
}

/**
 * Of a float32 graph that is prepared for int8: `calibration` calibrates, `held`, other records, measure. Throws
 * `unsupported` errors for what has no int8 form, and `interrupted`.
 */
export async function diagnose(
  prepared: Graph,
  {
    calibration,
    held,
    densePerChannel,
  }: { readonly calibration: RecordSource; readonly held: RecordSource; readonly densePerChannel: boolean },
  context: WorkContext,
): Promise<Diagnosis> {
  context.report?.step('diagnose');
  const plain = plainForm(
    (await calibrateFor(prepared, calibration, { activations: 'int8', densePerChannel }, context))([]),
  );
  const { calibrated, float, int8, pairs, quants, judged } = plain;
  const measured = spacedRecords(held, MOST_RECORDS);
  const simulated = simulatedRecords(plain, measured);
  const simulate = createSimulation(float, judged, simulated, context);
  const all = totalNoise(recordNoise(float, int8, measured));
  const cause = { constants: [{ int8, pairs }], activations: roundingOf(plain, quants.keys()) };
  const whole = { cause, noise: await simulate(cause) };
  const budget = await budgetOf(plain, simulate, all, whole.noise);
  const shown = shownNodes(plain);
  const work: LayerWork = {
    plain,
    simulate,
    whole,
    perChannel: shown.some((node) => sharesOneScale(plain, node))
      ? plainlyQuantized({ ...calibrated, densePerChannel: true })
      : undefined,
    accumulated: accumulatedNoise(float, int8, new Set(quants.keys()), measured),
  };
  const layers: LayerDiagnosis[] = [];
  for (const [index, node] of shown.entries()) {
    layers.push(await diagnoseLayer(work, node));
    context.report?.progress(index + 1, shown.length, 'layers');
  }
  return {
    calibrationRecords: calibration.count,
    heldRecords: measured.count,
    simulatedRecords: simulated.count,
    budget,
    ...given({ calibration: await crossValidated(prepared, calibration, densePerChannel, context) }),
    layers,
    tensors: await diagnoseTensors(plain, simulate, measured),
    channels: channelsOf(plain),
    weights: weightsOf(plain),
  };
}
