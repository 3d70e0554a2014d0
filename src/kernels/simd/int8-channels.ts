/** What belongs to the output channels of an int8 product, as `assembly/int8/requantize.ts` reads it. */

import { INT32_MAX, INT32_MIN, multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { type ChannelRequantization, clamp, type Requantization } from '../int8/requantize.ts';
import { paddedChannels } from './channels.ts';

const GROUP = 4;
const GROUP_BYTES = 128;

/** How sums are requantized; as in `assembly/int8/requantize.ts`, as all below. */
const WAY = { inSteps: 0, short: 1, shortPositive: 2 } as const;

/** Of the fields of a group, in int32. */
const FIELD = {
  way: 0,
  bias: 4,
  least: 8,
  most: 12,
  power: 16,
  multiplier: 20,
  negative: 24,
  offset: 28,
} as const;
type Field = keyof typeof FIELD;
/** What stands in place of `negative` and `offset` where sums go step by step. */
const FACTOR_BYTES = 4 * FIELD.negative;

/** Right shifts up to here go a short way. */
const MOST_SHORT_SHIFT = 19;
/** An output step, as products are added up. */
const STEP = 2 ** 20;

/** The limits of the sums of a channel, and what makes their products output steps. */
type ShortWay = Readonly<Record<'least' | 'most' | 'power' | 'negative' | 'offset', number>>;

/** The least sum that is requantized to `value` or more, before the zero point; `INT32_MAX` where none is. */
function leastSumOf(value: number, multiplier: number, shift: number): number {
  let [below, least] = [INT32_MIN, INT32_MAX];
  while (least - below > 1) {
    const middle = Math.floor((below + least) / 2);
    if (multiplyByQuantizedMultiplier(middle, multiplier, shift) >= value) least = middle;
    else below = middle;
  }
  return least;
}

/** A channel whose sums all come to the same. */
function constantWay({ outputZeroPoint, clampMin, clampMax }: Requantization): ShortWay {
  const result = clamp(outputZeroPoint, clampMin, clampMax);
  return { least: 0, most: 0, power: 0, negative: 0, offset: result * STEP };
}

/** Undefined for a channel that is shifted to the left, or far to the right. */
function shortWay(p: ChannelRequantization, channel: number): ShortWay | undefined {
  const [multiplier, shift] = [p.multipliers[channel], p.shifts[channel]];
  if (multiplier === 0) return constantWay(p);
  if (shift > 0 || -shift > MOST_SHORT_SHIFT) return undefined;
  // Without a shift there is no second rounding.
  const second = shift === 0 ? 0 : STEP * 2 ** shift;
  // From one sum to the next a result grows by 1 at most, so that both limits are met.
  const least = leastSumOf(p.clampMin - p.outputZeroPoint, multiplier, shift);
  const most = leastSumOf(p.clampMax - p.outputZeroPoint, multiplier, shift);
  const power = 2 ** (21 + shift);
  // Multipliers below 2^30, of which there are in means, may take sums too far.
  if (Math.max(-least, most) * power > INT32_MAX) return undefined;
  return {
    least,
    most,
    power,
    negative: -second,
    offset: p.outputZeroPoint * STEP + STEP / 2 + second / 2,
  };
}

/** Four channels from `first` on; those beyond the last are constant. */
function writeGroup(
  view: DataView,
  at: number,
  p: ChannelRequantization,
  first: number,
  bias: Int32Array | undefined,
): void {
  const channels = p.multipliers.length;
  const set = (field: Field, lane: number, value: number): void =>
    view.setInt32(at + 4 * (FIELD[field] + lane), value, true);
  const ways = Array.from({ length: GROUP }, (_, lane) =>
    first + lane < channels ? shortWay(p, first + lane) : constantWay(p),
  );
  const isShort = !ways.includes(undefined);
  const isPositive = ways.every((way) => way !== undefined && way.least >= 0);
  set('way', 0, isPositive ? WAY.shortPositive : isShort ? WAY.short : WAY.inSteps);
  for (const [lane, way] of ways.entries()) {
    const channel = first + lane;
    if (channel < channels) {
      set('bias', lane, bias?.[channel] ?? 0);
      set('multiplier', lane, p.multipliers[channel]);
    }
    if (isShort && way !== undefined) {
      for (const field of ['least', 'most', 'power', 'negative', 'offset'] as const)
        set(field, lane, way[field]);
      continue;
    }
    const shift = p.shifts[channel] ?? 0;
    set('least', lane, p.clampMin - p.outputZeroPoint);
    set('most', lane, p.clampMax - p.outputZeroPoint);
    set('power', lane, 1 << Math.max(0, shift));
    view.setFloat64(at + FACTOR_BYTES + 8 * lane, 2 ** Math.min(0, shift), true);
  }
}

/** Of every four channels what is needed to add up and to requantize. */
export function int8ChannelConstants(p: ChannelRequantization, bias: Int32Array | undefined): Uint8Array {
  const groups = paddedChannels(p.multipliers.length) / GROUP;
  const view = new DataView(new ArrayBuffer(groups * GROUP_BYTES));
  for (let group = 0; group < groups; group++) writeGroup(view, group * GROUP_BYTES, p, group * GROUP, bias);
  return new Uint8Array(view.buffer);
}

/** What is one for all channels. */
export function int8Outputs(p: ChannelRequantization): readonly [channels: number, zeroPoint: number] {
  return [p.multipliers.length, p.outputZeroPoint];
}
