/** What belongs to the output channels of an int8 product, as `assembly/int8/requantize.ts` reads it. */

import {
  INT32_MAX,
  INT32_MIN,
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
} from '../../core/fixed-point.ts';
import { type ChannelRequantization, clamp, type Requantization } from '../int8/requantize.ts';
import { BLOCK, paddedChannels } from './channels.ts';
import { type NearestScale, nearestScale } from './int8-nearest.ts';
import type { SumRange } from './int8-sum-ranges.ts';

const GROUP = 4;
const GROUP_BYTES = 128;

/** How sums are requantized; as in `assembly/int8/requantize.ts`, as all below. */
const WAY = { inSteps: 0, short: 1, saturated: 2, saturatedPositive: 3, nearest: 4 } as const;

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
/** An output step, as products are added up: 2^20, and 2^10 where sums are saturated. */
const SHORT_STEP_BITS = 20;
const SATURATED_STEP_BITS = 10;
/** Below it, roundings are no integers. */
const LEAST_ROOM = 2;
/** So far to the left weights of int8 can be shifted that have places of int16, and sums of channels without a shift to the left. */
const MOST_ROOM = { weights: 8, sums: SATURATED_STEP_BITS + 1 } as const;
/** What is multiplied by powers of two where sums are saturated. */
type Multiplied = keyof typeof MOST_ROOM;

/** Some fields of one channel. */
type ChannelFields = Readonly<Partial<Record<Exclude<Field, 'way'>, number>>>;

/** The channels of a product. */
export interface Int8Channels extends ChannelRequantization {
  readonly bias: Int32Array | undefined;
  /** Of the sums of every channel, where they may be multiplied by a power of two. */
  readonly ranges?: readonly SumRange[];
}

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

/** What is added to products on the way: the zero point, and both roundings, of which the second is only there with a shift. */
function roundings(zeroPoint: number, shift: number, stepBits: number): ChannelFields {
  const step = 2 ** stepBits;
  const second = shift === 0 ? 0 : step * 2 ** shift;
  return { negative: -second, offset: zeroPoint * step + step / 2 + second / 2 };
}

/** A channel whose sums all come to the same result. */
function constantFields(result: number, stepBits: number): ChannelFields {
  return { offset: result * 2 ** stepBits };
}

/** What all sums of a channel come to, where that is the same: that of channels beyond the last is anything. */
function constantResult(p: Int8Channels, channel: number): number | undefined {
  const [multiplier, shift] = [p.multipliers[channel] ?? 0, p.shifts[channel]];
  const resultOf = (scaled: number): number => clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
  if (multiplier === 0) return resultOf(0);
  const range = p.ranges?.[channel];
  if (range === undefined || range.least < INT32_MIN || range.most > INT32_MAX || shift > 0) return undefined;
  // A result never falls as the sum grows.
  const [least, most] = [range.least, range.most].map((sum) =>
    resultOf(multiplyByQuantizedMultiplier(sum, multiplier, shift)),
  );
  return least === most ? least : undefined;
}

type FieldsOf = (p: Int8Channels, channel: number) => ChannelFields | undefined;

/** How far the sums of a channel are shifted to the left where they are saturated. */
function saturatedShift({ shifts }: ChannelRequantization, channel: number): number {
  return SATURATED_STEP_BITS + 1 + shifts[channel];
}

/** Undefined for a channel of other clamps than those of int8, of unusual shifts, or whose sums could become too large. */
function saturatedFields(multiplied: Multiplied): FieldsOf {
  return (p, channel) => {
    if (p.ranges === undefined || p.clampMin !== -128 || p.clampMax !== 127) return undefined;
    const result = constantResult(p, channel);
    if (result !== undefined) return constantFields(result, SATURATED_STEP_BITS);
    const left = saturatedShift(p, channel);
    if (left < LEAST_ROOM || left > MOST_ROOM[multiplied]) return undefined;
    const power = 2 ** left;
    const { least, most } = p.ranges[channel];
    if (Math.max(-least, most) * power > INT32_MAX) return undefined;
    const bias = p.bias?.[channel] ?? 0;
    return {
      ...(multiplied === 'sums' ? { bias, power } : { bias: bias * power }),
      multiplier: p.multipliers[channel],
      ...roundings(p.outputZeroPoint, p.shifts[channel], SATURATED_STEP_BITS),
    };
  };
}

const WEIGHTS_MULTIPLIED = saturatedFields('weights');
const SUMS_MULTIPLIED = saturatedFields('sums');

/** Undefined for a channel that is shifted to the left, or far to the right. */
function shortFields(p: Int8Channels, channel: number): ChannelFields | undefined {
  const result = constantResult(p, channel);
  if (result !== undefined) return constantFields(result, SHORT_STEP_BITS);
  const [multiplier, shift] = [p.multipliers[channel], p.shifts[channel]];
  if (shift > 0 || -shift > MOST_SHORT_SHIFT) return undefined;
  // From one sum to the next a result grows by 1 at most, so that both limits are met.
  const least = leastSumOf(p.clampMin - p.outputZeroPoint, multiplier, shift);
  const most = leastSumOf(p.clampMax - p.outputZeroPoint, multiplier, shift);
  const power = 2 ** (SHORT_STEP_BITS + 1 + shift);
  // Multipliers below 2^30, of which there are in means, may take sums too far.
  if (Math.max(-least, most) * power > INT32_MAX) return undefined;
  const bias = p.bias?.[channel] ?? 0;
  return { bias, least, most, power, multiplier, ...roundings(p.outputZeroPoint, shift, SHORT_STEP_BITS) };
}

/** Without the factors, which are float64. */
function fieldsInSteps(p: Int8Channels, channel: number): ChannelFields {
  return {
    bias: p.bias?.[channel] ?? 0,
    least: p.clampMin - p.outputZeroPoint,
    most: p.clampMax - p.outputZeroPoint,
    power: 1 << Math.max(0, p.shifts[channel] ?? 0),
    multiplier: p.multipliers[channel] ?? 0,
  };
}

/** Undefined where it is for one of the group. */
function allFields(fieldsOf: FieldsOf, p: Int8Channels, first: number): readonly ChannelFields[] | undefined {
  const lanes = Array.from({ length: GROUP }, (_, lane) => fieldsOf(p, first + lane));
  return lanes.every((fields) => fields !== undefined) ? lanes : undefined;
}

/** Whether what sums below 0 come to is the least output, whatever it is. */
function isPositive(p: Requantization): boolean {
  return p.outputZeroPoint === p.clampMin;
}

/** Four channels from `first` on; whether they are saturated, which takes fields of `saturatedOf`. */
function writeGroup(
  view: DataView,
  p: Int8Channels,
  first: number,
  saturatedOf: FieldsOf | undefined,
): boolean {
  const at = (first / GROUP) * GROUP_BYTES;
  const set = (field: Field, lane: number, value: number): void =>
    view.setInt32(at + 4 * (FIELD[field] + lane), value, true);
  const write = (way: number, lanes: readonly ChannelFields[]): void => {
    set('way', 0, way);
    for (const [lane, fields] of lanes.entries()) {
      for (const [field, value] of Object.entries(fields)) set(field as Field, lane, value);
    }
  };
  const saturated = saturatedOf && allFields(saturatedOf, p, first);
  const short = saturated ?? allFields(shortFields, p, first);
  if (saturated !== undefined) write(isPositive(p) ? WAY.saturatedPositive : WAY.saturated, saturated);
  else if (short !== undefined) write(WAY.short, short);
  else {
    write(WAY.inSteps, allFields(fieldsInSteps, p, first) ?? []);
    for (let lane = 0; lane < GROUP; lane++) {
      view.setFloat64(at + FACTOR_BYTES + 8 * lane, 2 ** Math.min(0, p.shifts[first + lane] ?? 0), true);
    }
  }
  return saturated !== undefined;
}

/** Of eight channels; undefined where it is for one of them. */
function nearestScales(p: Int8Channels, first: number): readonly NearestScale[] | undefined {
  const scales: NearestScale[] = [];
  for (let channel = first; channel < first + BLOCK; channel++) {
    const result = constantResult(p, channel);
    const range = p.ranges?.[channel];
    const scale =
      result === undefined
        ? range && nearestScale(p, channel, range)
        : { power: 0, offset: result, multiplier: 1 };
    if (scale === undefined) return undefined;
    scales.push(scale);
  }
  return scales;
}

function writeNearest(view: DataView, p: Int8Channels, first: number, scales: readonly NearestScale[]): void {
  for (const [lane, { power, offset, multiplier }] of scales.entries()) {
    const at = Math.floor((first + lane) / GROUP) * GROUP_BYTES;
    const set = (field: Field) => at + 4 * (FIELD[field] + (lane % GROUP));
    view.setInt32(at, WAY.nearest, true);
    view.setInt32(set('bias'), (p.bias?.[first + lane] ?? 0) * power + offset, true);
    view.setFloat32(set('multiplier'), multiplier, true);
  }
}

function emptyConstants({ multipliers }: Int8Channels): DataView {
  return new DataView(new ArrayBuffer((paddedChannels(multipliers.length) / GROUP) * GROUP_BYTES));
}

/**
 * Of every four channels what is needed to add up and to requantize, and the powers of two with which the weights of every
 * channel are to be multiplied: int16 holds what comes of it. To look for `nearest` scales takes some 10 µs a channel.
 */
export function int8ChannelConstants(
  p: Int8Channels,
  nearest = false,
): { constants: Uint8Array; powers: Int32Array } {
  const channels = p.multipliers.length;
  const view = emptyConstants(p);
  const powers = new Int32Array(channels).fill(1);
  for (let block = 0; block < channels; block += BLOCK) {
    const scales = nearest ? nearestScales(p, block) : undefined;
    if (scales !== undefined) {
      writeNearest(view, p, block, scales);
      // Those beyond the last channel are left out.
      powers.set(
        scales.slice(0, channels - block).map(({ power }) => power),
        block,
      );
      continue;
    }
    for (let first = block; first < block + BLOCK; first += GROUP) {
      if (!writeGroup(view, p, first, WEIGHTS_MULTIPLIED)) continue;
      for (let channel = first; channel < Math.min(channels, first + GROUP); channel++) {
        if (constantResult(p, channel) === undefined) powers[channel] = 2 ** saturatedShift(p, channel);
      }
    }
  }
  return { constants: new Uint8Array(view.buffer), powers };
}

/**
 * The same of a product of one row, whose weights stay as they are, without its biases: sums of its `saturated` first channels, in whole
 * eights, are multiplied; `isAlike` says whether all of them have the constants of the first four.
 */
export function int8RowConstants(p: Omit<Int8Channels, 'bias'>): {
  constants: Uint8Array;
  saturated: number;
  isAlike: boolean;
} {
  const row = { ...p, bias: undefined };
  const channels = p.multipliers.length;
  const view = emptyConstants(row);
  let saturated = 0;
  const isSaturated = (first: number): boolean => allFields(SUMS_MULTIPLIED, row, first) !== undefined;
  while (saturated + BLOCK <= channels && isSaturated(saturated) && isSaturated(saturated + GROUP)) {
    saturated += BLOCK;
  }
  for (let first = 0; first < paddedChannels(channels); first += GROUP) {
    writeGroup(view, row, first, first < saturated ? SUMS_MULTIPLIED : undefined);
  }
  const constants = new Uint8Array(view.buffer);
  const bytes = (saturated / GROUP) * GROUP_BYTES;
  const isAlike = constants.subarray(0, bytes).every((byte, at) => byte === constants[at % GROUP_BYTES]);
  return { constants, saturated, isAlike };
}

/** A block of channels that all have one multiplier, as the results of elementwise operators have. */
export function alikeChannels(
  { outputZeroPoint, clampMin, clampMax }: Requantization,
  { multiplier, shift }: QuantizedMultiplier,
): ChannelRequantization {
  return {
    multipliers: new Array<number>(BLOCK).fill(multiplier),
    shifts: new Array<number>(BLOCK).fill(shift),
    outputZeroPoint,
    clampMin,
    clampMax,
  };
}

/** What is one for all channels. */
export function int8Outputs(p: ChannelRequantization): readonly [channels: number, zeroPoint: number] {
  return [p.multipliers.length, p.outputZeroPoint];
}
