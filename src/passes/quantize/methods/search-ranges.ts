import type { ValueId } from '../../../ir/graph.ts';
import type { Range } from '../parameters.ts';
import { scaleOwners } from '../scale-owners.ts';
import { planTypes } from '../types/activation-types.ts';
import type { Calibrated, Measurements, Method } from './method.ts';

/** Fewer records would be learnt by heart. */
const ENOUGH_RECORDS = 32;
/** By what a range is multiplied, again and again while it helps. */
const FACTORS = [1.15, 1 / 1.15];
/** How often one range may move on. */
const MOST_MOVES = 4;
/** Each half of the records has to have so much less noise: what helps one of them alone is luck. */
const CLEARLY_LESS = 0.99;

/** Of the records with even numbers, and with odd ones. */
type Halves = readonly [number, number];

function halves(noise: Float64Array): Halves {
  const sums: [number, number] = [0, 0];
  for (let record = 0; record < noise.length; record++) sums[record % 2] += noise[record];
  return sums;
}

const isLess = (one: Halves, other: Halves): boolean =>
  one.every((noise, half) => noise < CLEARLY_LESS * other[half]);

/** Ranges of a graph, and what integers that are made by them do to its end. */
class Search {
  ranges: ReadonlyMap<ValueId, Range>;
  readonly #calibrated: Calibrated;
  readonly #measure: Measurements;
  #noise: Halves;
  #trials: number;

  constructor(calibrated: Calibrated, measure: Measurements) {
    this.#calibrated = calibrated;
    this.#measure = measure;
    this.ranges = calibrated.ranges;
    this.#trials = measure.affordableTrials(calibrated.graph);
    this.#noise = this.#noiseOf(this.ranges);
  }

  #noiseOf(ranges: ReadonlyMap<ValueId, Range>): Halves {
    this.#trials--;
    return halves(this.#measure.recordNoise({ ...this.#calibrated, ranges }));
  }

  /** Whether the range times the factor makes less noise; then it is taken. */
  tries(id: ValueId, factor: number): boolean {
    if (this.#trials <= 0) return false;
    const { min, max } = this.ranges.get(id) as Range;
    const ranges = new Map(this.ranges).set(id, { min: min * factor, max: max * factor });
    const noise = this.#noiseOf(ranges);
    if (!isLess(noise, this.#noise)) return false;
    this.ranges = ranges;
    this.#noise = noise;
    return true;
  }
}

/** One range after another is made wider or narrower while the real kernels make less noise at the end of the graph for it. */
export const searchRanges: Method = {
  apply(calibrated, measure) {
    const { graph, statistics, ranges, activations } = calibrated;
    if (statistics.count < ENOUGH_RECORDS) return calibrated;
    const search = new Search(calibrated, measure);
    for (const id of scaleOwners(graph, ranges, planTypes(graph, activations).types).keys()) {
      for (const factor of FACTORS) {
        let moves = 0;
        while (moves < MOST_MOVES && search.tries(id, factor)) moves++;
        if (moves > 0) break;
      }
    }
    return { ...calibrated, ranges: search.ranges };
  },
};
