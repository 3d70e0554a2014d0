/** Values of one knob: drawn anew, changed a little, and its ends. */

import { canonicalJson, type JsonValue } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';
import type { Knob, KnobElement } from './space-schema.ts';

/** `true` for an element that may be left out means that it is there. */
export interface KnobValues {
  draw(random: Random): JsonValue;
  /** Another value, close by where values have an order; the same only where there is no other. */
  near(value: JsonValue, random: Random): JsonValue;
  /** The values at which costs are least or most, where they grow with the knob; all of a few. */
  readonly ends: readonly JsonValue[];
}

type Range = Exclude<KnobElement, readonly unknown[]>;

/** Of a logarithmic or continuous range: how many values lie between its ends. */
const GRID = 16;
/** Digits of a number that no step decides. */
const DIGITS = 3;

function onGrid({ from, to, scale }: Range): number[] {
  const between = Array.from({ length: GRID + 1 }, (_, i) => {
    const share = i / GRID;
    const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
    return Number(value.toPrecision(DIGITS));
  });
  return [from, ...between.slice(1, -1), to];
}

function inSteps({ from, to }: Range, step: number): number[] {
  const count = Math.floor((to - from) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((from + i * step).toPrecision(12)));
}

/** Each once, in their order; of a logarithmic range those nearest to its grid. */
function valuesOfRange(range: Range): number[] {
  const { from, to, scale } = range;
  const whole = Number.isInteger(from) && Number.isInteger(to);
  const step = range.step ?? (whole ? 1 : undefined);
  if (step === undefined) return [...new Set(onGrid(range))];
  const count = Math.floor((to - from) / step + 1e-9);
  if (scale === 'linear' && count <= 4096) return inSteps(range, step);
  const snapped = onGrid(range).map((value) =>
    Number((from + Math.min(count, Math.round((value - from) / step)) * step).toPrecision(12)),
  );
  return [...new Set(snapped)];
}

function isOrdered(values: readonly JsonValue[]): boolean {
  return values.every((value, i) => typeof value === 'number' && (i === 0 || value > Number(values[i - 1])));
}

/** The farthest that a change goes, as a share of all values. */
const NEAR_SHARE = 0.25;

function oneOf(values: readonly JsonValue[]): KnobValues {
  const ordered = isOrdered(values);
  const placeOf = (value: JsonValue): number =>
    values.findIndex((other) => canonicalJson(other) === canonicalJson(value));
  return {
    draw: (random) => values[random.below(values.length)],
    near(value, random) {
      const place = placeOf(value);
      if (values.length === 1) return values[0];
      const reach =
        ordered && place >= 0 ? Math.max(1, Math.round(values.length * NEAR_SHARE)) : values.length;
      const others = values.filter((_, i) => i !== place && Math.abs(i - place) <= reach);
      return others[random.below(others.length)];
    },
    ends: ordered ? [...new Set([values[0], values[values.length - 1]])] : values,
  };
}

function elementValues(element: KnobElement): KnobValues {
  return oneOf(Array.isArray(element) ? element : valuesOfRange(element as Range));
}

type ListKnob = Extract<Knob, { readonly length: readonly unknown[]; readonly each: unknown }>;

function listValues({ length: [least, most], each }: ListKnob): KnobValues {
  const element = elementValues(each);
  const drawn = (count: number, random: Random): JsonValue[] =>
    Array.from({ length: count }, () => element.draw(random));
  const ends = [...new Set([least, most])].flatMap((count) =>
    element.ends.map((value) => new Array<JsonValue>(count).fill(value)),
  );
  return {
    draw: (random) => drawn(least + random.below(most - least + 1), random),
    near(value, random) {
      const list = Array.isArray(value) ? (value as readonly JsonValue[]) : drawn(least, random);
      const change = random.below(3);
      if (change === 0 && list.length < most) {
        return list.toSpliced(random.below(list.length + 1), 0, element.draw(random));
      }
      if (change === 1 && list.length > least) return list.toSpliced(random.below(list.length), 1);
      if (list.length === 0) return list;
      const place = random.below(list.length);
      return list.with(place, element.near(list[place], random));
    },
    ends,
  };
}

/** Functions of the draws alone. */
export function knobValues(knob: Knob): KnobValues {
  if (Array.isArray(knob)) return elementValues(knob);
  if ('each' in knob) return listValues(knob as ListKnob);
  return 'optional' in knob ? oneOf([true, false]) : elementValues(knob as Range);
}
