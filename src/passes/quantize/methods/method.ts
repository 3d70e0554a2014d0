/** How a float32 graph is made ready for its integers: what a method gets and hands on, and what it may ask for. */

import type { QuantParams } from '../../../core/quant-params.ts';
import type { Graph, ValueId } from '../../../ir/graph.ts';
import type { NoiseShares } from '../headroom.ts';
import type { Range } from '../parameters.ts';
import type { WithKept } from '../rounding/kept-weights.ts';
import type { ScaleRules } from '../scale-rules.ts';
import type { Statistics } from '../statistics.ts';
import type { TypeChoice } from '../types/activation-types.ts';

/** How weights become integers: each to the nearest, with their mean error in the bias, or together (GPTQ). */
export type Rounding = 'nearest' | 'bias-corrected' | 'compensated';

export interface Calibrated extends WithKept {
  readonly graph: Graph;
  readonly statistics: Statistics;
  /** What scales are made of: at first what was seen. */
  readonly ranges: ReadonlyMap<ValueId, Range>;
  /** What activations will be. */
  readonly activations: TypeChoice;
  readonly densePerChannel: boolean;
  /** Whose rules decide what ranges become scales: tinyml's own where nothing is said. */
  readonly scaleRules?: ScaleRules;
  /** Of weights, by the id of the constant; where there are none, the largest weight makes the scale. */
  readonly weightScales: ReadonlyMap<ValueId, QuantParams>;
  readonly rounding: Rounding;
  /** Whether scales and biases are adjusted once the integers are made. */
  readonly fineTuned: boolean;
  /** Outputs of the operators whose weights get 4 bits; the others get 8. */
  readonly int4?: ReadonlySet<ValueId>;
}

/** What methods may ask of the calibration records; whoever runs models answers. */
export interface Measurements {
  noiseShares(calibrated: Calibrated): NoiseShares;
  /** Every activation of every record, in the order of the records; `data` holds until the function returns. */
  visit(graph: Graph, see: (id: ValueId, data: Float32Array) => void): void;
  /** Squares of what the real kernels of its integers make at the judged values, of each of some records. */
  recordNoise(calibrated: Calibrated): Float64Array;
  /** How often that may be asked: for a few seconds, whatever the machine. */
  affordableTrials(graph: Graph): number;
}

export interface Method {
  apply(calibrated: Calibrated, measure: Measurements): Calibrated;
}
