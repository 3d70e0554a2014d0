/** An axis: where a value lies, and which values are written beside it. */

import { scaleLinear, scaleLog } from 'd3-scale';

/** What a plot says about one of its axes. */
export interface AxisSpec {
  readonly title: string;
  /** `whole` has ticks at whole numbers only. A `logarithmic` domain is positive. */
  readonly scale: 'linear' | 'whole' | 'logarithmic';
  /** Smallest and largest value; `linear` rounds it outward. */
  readonly domain: readonly [number, number];
}

export interface Tick {
  readonly value: number;
  /** Absent for the lines between those that have a number. */
  readonly label?: string;
}

export interface Axis {
  readonly title: string;
  /** In pixels. */
  position(value: number): number;
  readonly ticks: readonly Tick[];
}

/** A domain ends at a multiple of this part of the step between ticks: a round end, and little empty space. */
const PARTS_OF_A_STEP = 2;
/** Up to this many powers of ten, 2 and 5 times a power have numbers too. */
const MAX_DECADES_IN_STEPS = 3;

/** Outside of these, a number would take many zeros and is written like `2e-5`. */
function isShort(magnitude: number): boolean {
  return magnitude >= 1e-3 && magnitude < 1e5;
}

function exponential(label: string): string {
  return label.replace('e+', 'e');
}

/** All numbers of an axis have as many digits. */
function numberFormat({ scale }: AxisSpec, domain: readonly number[]): string | undefined {
  if (scale === 'whole') return ',d';
  return isShort(Math.max(...domain.map(Math.abs))) ? undefined : '~e';
}

function linearAxis(spec: AxisSpec, range: readonly number[], count: number): Axis {
  const { title, scale, domain } = spec;
  const position = scaleLinear(domain, range);
  if (scale === 'linear') position.nice(PARTS_OF_A_STEP * count);
  const format = position.tickFormat(count, numberFormat(spec, position.domain()));
  const ticks = position
    .ticks(count)
    .filter((value) => scale === 'linear' || Number.isInteger(value))
    .map((value) => ({ value, label: value === 0 ? '0' : exponential(format(value)) }));
  return { title, position, ticks };
}

function logarithmicAxis({ title, domain }: AxisSpec, range: readonly number[], count: number): Axis {
  const position = scaleLog(domain, range);
  const [low, high] = domain;
  const numbered = Math.log10(high / low) > MAX_DECADES_IN_STEPS ? '1' : '125';
  const ticks = position.ticks(count).map((value) => {
    const [digit] = value.toExponential(0);
    const label = isShort(value) ? String(value) : exponential(value.toExponential(0));
    return numbered.includes(digit) ? { value, label } : { value };
  });
  return { title, position, ticks };
}

/** From the first pixel of `range` to its last, with about `count` ticks. */
export function createAxis(spec: AxisSpec, range: readonly [number, number], count: number): Axis {
  return spec.scale === 'logarithmic' ? logarithmicAxis(spec, range, count) : linearAxis(spec, range, count);
}
