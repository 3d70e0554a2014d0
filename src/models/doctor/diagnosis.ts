/** What the doctor finds out about a network: plain values, which are printed, drawn and written as JSON. */

import type { ChannelFinding } from './channel-findings.ts';
import type { WeightFinding } from './weight-findings.ts';

/** Signal to noise at the judged values in dB; absent where there is no noise. */
export interface ErrorBudget {
  /** Nothing but weights, biases and other constants rounded. */
  readonly weightsDb?: number;
  /** Nothing but activations, inputs and outputs among them. */
  readonly activationsDb?: number;
  readonly inputDb?: number;
  /** Nothing but the judged values themselves. */
  readonly outputDb?: number;
  /** The int8 graph as the chip computes it. */
  readonly allDb?: number;
  /** All constants and activations rounded, and computed in float32 in between: what gains of layers are against. */
  readonly simulatedDb?: number;
}

/** One activation. */
export interface TensorDiagnosis {
  readonly tensor: string;
  /** What makes it; `input` for the input of the model. */
  readonly layer: string;
  /** What int8 can represent. */
  readonly min: number;
  readonly max: number;
  /** At the judged values, if it alone is rounded. */
  readonly aloneDb?: number;
  /** Of held-out values, that the range cuts off. */
  readonly clippedShare: number;
  /** Of the range, where no held-out value lies. */
  readonly unusedShare: number;
  /** How far held-out values leave the range, in widths of it. */
  readonly beyond: number;
}

/** One operator; figures at the judged values, but for `accumulatedDb`. */
export interface LayerDiagnosis {
  readonly layer: string;
  readonly operator: string;
  /** If its constants alone are rounded; absent for operators without any, and where nothing changes. */
  readonly weightsDb?: number;
  /** Of its output in the int8 graph, with the noise of all before it. */
  readonly accumulatedDb?: number;
  /** What all of the graph would gain with this operator and its output in float32. */
  readonly floatGainDb?: number;
  /** With its output in int16 over the same range. */
  readonly int16GainDb?: number;
  /** With a scale for each unit; of Dense layers with one scale. */
  readonly perChannelGainDb?: number;
}

/** Of the plain int8 form, on held-out records. */
export interface Diagnosis {
  readonly calibrationRecords: number;
  /** Held-out records that figures are of; simulations of large networks take fewer. */
  readonly heldRecords: number;
  readonly simulatedRecords: number;
  readonly budget: ErrorBudget;
  /** Of two halves of the calibration records, each quantized by itself: measured on itself, and on the other. */
  readonly calibration?: { readonly ownDb?: number; readonly crossDb?: number };
  readonly layers: readonly LayerDiagnosis[];
  readonly tensors: readonly TensorDiagnosis[];
  readonly channels: readonly ChannelFinding[];
  readonly weights: readonly WeightFinding[];
}
