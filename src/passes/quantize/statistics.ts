/** What calibration saw of the activations of a float32 graph. By value id everywhere; constants are not in it. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { Extremes } from './limit-still-weights.ts';
import { type Range, rangeOf } from './parameters.ts';

/** The least and the greatest value of every channel in each of the groups of records that follow each other: `[group, channel]`. */
export interface GroupExtremes {
  readonly channels: number;
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

export interface Statistics {
  /** How many records were seen. */
  readonly count: number;
  /**
   * Smallest and largest value over all records, as TensorFlow's calibrator takes them; NaN is skipped. Of states that change
   * from step to step too, of which nothing else is known.
   */
  readonly ranges: ReadonlyMap<ValueId, Range>;
  /** Mean of every element over the records. */
  readonly means: ReadonlyMap<ValueId, Float64Array>;
  /** Mean square of every element. */
  readonly squares: ReadonlyMap<ValueId, Float64Array>;
  /** Smallest and largest value of every element. */
  readonly extremes: ReadonlyMap<ValueId, Extremes>;
  readonly groups: ReadonlyMap<ValueId, GroupExtremes>;
}

/** By what each channel, an index of the last axis, of an activation is multiplied: positive. */
export type FactorOf = (id: ValueId, channel: number) => number;

function mapped<In, Out>(
  map: ReadonlyMap<ValueId, In>,
  make: (value: In, id: ValueId) => Out,
): Map<ValueId, Out> {
  return new Map([...map].map(([id, value]) => [id, make(value, id)]));
}

/** Without values that passes have taken out of the graph since it was calibrated. */
function ofGraph<Of>(map: ReadonlyMap<ValueId, Of>, { values }: Graph): ReadonlyMap<ValueId, Of> {
  return new Map([...map].filter(([id]) => values.has(id)));
}

/** The statistics of a graph whose channels are multiplied; no second run is needed. */
export function scaledStatistics(seen: Statistics, graph: Graph, factorOf: FactorOf): Statistics {
  const statistics: Statistics = {
    count: seen.count,
    ranges: ofGraph(seen.ranges, graph),
    means: ofGraph(seen.means, graph),
    squares: ofGraph(seen.squares, graph),
    extremes: ofGraph(seen.extremes, graph),
    groups: ofGraph(seen.groups, graph),
  };
  const factors = mapped(statistics.means, (_, id) => {
    const channels = getValue(graph, id).type.shape.at(-1) ?? 1;
    return Float64Array.from({ length: channels }, (_, channel) => factorOf(id, channel));
  });
  const scaled = <Data extends Float32Array | Float64Array>(data: Data, id: ValueId, power = 1): Data => {
    const own = factors.get(id) as Float64Array;
    return data.map((value, i) => value * own[i % own.length] ** power) as Data;
  };
  const extremes = mapped(statistics.extremes, ({ lows, highs }, id) => ({
    lows: scaled(lows, id),
    highs: scaled(highs, id),
  }));
  return {
    count: statistics.count,
    ranges: mapped(statistics.ranges, (range, id) => {
      const own = extremes.get(id);
      return own === undefined ? range : { min: rangeOf(own.lows).min, max: rangeOf(own.highs).max };
    }),
    means: mapped(statistics.means, (data, id) => scaled(data, id)),
    squares: mapped(statistics.squares, (data, id) => scaled(data, id, 2)),
    extremes,
    groups: mapped(statistics.groups, ({ channels, lows, highs }, id) => ({
      channels,
      lows: scaled(lows, id),
      highs: scaled(highs, id),
    })),
  };
}
