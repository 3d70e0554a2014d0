/** Channels that int8 serves badly: what calibration saw of them, beside the others of their tensor. */

import type { ValueId } from '../../ir/graph.ts';
import type { Statistics } from '../../passes/quantize/statistics.ts';
import { median } from './median.ts';

/** Channels of one activation, by their index along the last axis. */
export interface ChannelFinding {
  /** The layer that makes the activation. */
  readonly layer: string;
  readonly tensor: string;
  /**
   * `dead`: calibration never saw it change. `lost`: it changes, and all of that lies within one int8 step. `wide`: it reaches
   * so far that it makes the steps of the others coarse.
   */
  readonly finding: 'dead' | 'lost' | 'wide';
  readonly channels: readonly number[];
  /** How many the activation has. */
  readonly of: number;
  /** Of the widest one: how many times as far as the median of those that are alive it reaches. */
  readonly times?: number;
}

/** A channel that reaches so many times as far as the median leaves the others 4 bits of 8. */
const WIDE = 16;

interface Channels {
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

/** The least and the greatest value of every channel; undefined for what has none. */
function channelsOf({ extremes }: Statistics, id: ValueId, count: number): Channels | undefined {
  const seen = extremes.get(id);
  if (seen === undefined || count < 2) return undefined;
  const lows = new Float64Array(count).fill(Infinity);
  const highs = new Float64Array(count).fill(-Infinity);
  for (let i = 0; i < seen.lows.length; i++) {
    lows[i % count] = Math.min(lows[i % count], seen.lows[i]);
    highs[i % count] = Math.max(highs[i % count], seen.highs[i]);
  }
  return { lows, highs };
}

/** Of an activation with `count` channels and int8 steps of `scale`. */
export function channelFindings(
  statistics: Statistics,
  {
    id,
    layer,
    tensor,
    count,
    scale,
  }: {
    readonly id: ValueId;
    readonly layer: string;
    readonly tensor: string;
    readonly count: number;
    readonly scale: number;
  },
): readonly ChannelFinding[] {
  const seen = channelsOf(statistics, id, count);
  if (seen === undefined) return [];
  const all = Array.from({ length: count }, (_, channel) => channel);
  const spread = (channel: number): number => seen.highs[channel] - seen.lows[channel];
  const reach = (channel: number): number => Math.max(seen.highs[channel], -seen.lows[channel]);
  const alive = all.filter((channel) => spread(channel) > 0);
  const usual = median(alive.map(reach));
  const wide = alive.filter((channel) => alive.length > 2 && reach(channel) > WIDE * usual);
  const found = (finding: ChannelFinding['finding'], channels: readonly number[], times?: number) =>
    channels.length === 0
      ? []
      : [{ layer, tensor, finding, channels, of: count, ...(times === undefined ? {} : { times }) }];
  return [
    ...found(
      'dead',
      all.filter((channel) => spread(channel) <= 0),
    ),
    ...found(
      'lost',
      alive.filter((channel) => spread(channel) < scale),
    ),
    ...found(
      'wide',
      wide.toSorted((a, b) => reach(b) - reach(a)),
      Math.max(...wide.map(reach)) / usual,
    ),
  ];
}
