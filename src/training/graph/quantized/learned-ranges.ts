/**
 * Ranges of activations that are learned: LSQ (Esser et al. 2020, "Learned Step Size Quantization"). As for weights it is the
 * logarithm of a factor that learns, here to the range that was calibrated, so that what makes the zero point stays as it is.
 * Values that share a scale share a factor; a range that another rule decides is not learned.
 */

import { type PerTensorQuant, sameQuant } from '../../../core/quant-params.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import type { Clamp } from '../../../ops/fused-activation.ts';
import { opOf } from '../../../ops/index.ts';
import { activationParameters, type Range } from '../../../passes/quantize/parameters.ts';
import { view } from '../../compiled/run.ts';
import type { Slot, StepPlan, Weight } from '../../compiled/step-plan.ts';
import { quantOf } from './twin-graph.ts';

/** Values in one scale. */
export interface RangeGroup {
  /** Of the factor. */
  readonly name: string;
  readonly ids: ReadonlySet<ValueId>;
  /** As it was calibrated: what their scale and zero point are made of. */
  readonly range: Range;
}

/** Activations that a node has in one scale; none where its scales are its own. */
function linked(int8: Graph, { kind, inputs, outputs }: Node): readonly ValueId[] {
  const { rule } = opOf(kind).quantRule;
  const taken = rule === 'same-as-input' ? inputs.slice(0, 1) : rule === 'same-as-output' ? inputs : [];
  if (taken.length === 0) return [];
  return [...taken, ...outputs].filter(
    (id) => id !== undefined && getValue(int8, id).type.quant !== undefined,
  ) as ValueId[];
}

/** Sets of values that are linked, those alone too. */
function linkedSets(int8: Graph): ReadonlySet<ReadonlySet<ValueId>> {
  const setOf = new Map<ValueId, Set<ValueId>>();
  for (const node of int8.nodes) {
    const ids = new Set([...linked(int8, node), ...node.outputs]);
    const sets = [...ids].flatMap((id) => setOf.get(id) ?? []);
    const joined = new Set([...ids, ...sets.flatMap((set) => [...set])]);
    for (const id of joined) setOf.set(id, joined);
  }
  return new Set(setOf.values());
}

/** Values whose scale is no question of their range: those of the graph's inputs, constants, and what an operator assumes. */
function withGivenScale(int8: Graph): ReadonlySet<ValueId> {
  const assumed = int8.nodes.filter(({ kind }) => opOf(kind).quantRule.rule === 'fixed-output');
  const constants = [...int8.values.values()].filter(({ data }) => data !== undefined);
  return new Set([
    ...int8.inputs,
    ...assumed.flatMap(({ outputs }) => outputs),
    ...constants.map(({ id }) => id),
  ]);
}

/** The ranges of a quantized graph that can be learned, by what was calibrated. */
export function rangeGroups(int8: Graph, ranges: ReadonlyMap<ValueId, Range>): readonly RangeGroup[] {
  const given = withGivenScale(int8);
  return [...linkedSets(int8)].flatMap((ids): readonly RangeGroup[] => {
    const members = [...ids];
    if (members.some((id) => given.has(id) || getValue(int8, id).type.quant?.scheme !== 'per-tensor'))
      return [];
    const quant = quantOf(int8, members[0]);
    const deciding = members.find((id) => {
      const range = ranges.get(id);
      return range !== undefined && sameQuant(activationParameters(range), quant);
    });
    if (deciding === undefined) return [];
    return [{ name: `range:${deciding}`, ids, range: ranges.get(deciding) as Range }];
  });
}

export function scaledRange({ min, max }: Range, exponent: number): Range {
  const factor = Math.exp(exponent);
  return { min: min * factor, max: max * factor };
}

/** Scale and zero point once a factor was learned. */
export function learnedParameters({ range }: RangeGroup, exponent: number): PerTensorQuant {
  return activationParameters(scaledRange(range, exponent));
}

/** The graph in other parameters of some values. */
export function inParameters(int8: Graph, learned: ReadonlyMap<RangeGroup, PerTensorQuant>): Graph {
  const values = new Map(int8.values);
  for (const [{ ids }, quant] of learned) {
    for (const id of ids) {
      const value = getValue(int8, id);
      values.set(id, { ...value, type: { ...value.type, quant } });
    }
  }
  return { ...int8, values };
}

/** Of one rounded value, what its range learns. */
export interface LearnedRange {
  readonly exponent: Weight;
  quant(): PerTensorQuant;
  /** Of the fused activation, in real numbers. */
  readonly limits: Clamp;
  /** Whether the factor is what decides the scale now. */
  isLearned(): boolean;
}

/** What LSQ divides a gradient by the root of: elements of a sample, times steps above zero, or below where there are none. */
function gradientShare(size: number, { zeroPoint }: PerTensorQuant): number {
  const above = 127 - zeroPoint;
  return 1 / Math.sqrt(size * (above > 0 ? above : 128 + zeroPoint));
}

/** Adds the step that keeps values as they are before they are rounded, and returns where. */
export function keepUnrounded(plan: StepPlan, { address, size }: Slot): Address {
  const kept = plan.reserve(plan.rows * size);
  plan.forward.addBySample(({ floats }, from, end) => {
    floats.copyWithin(kept / 4 + from * size, address / 4 + from * size, address / 4 + end * size);
  });
  return kept;
}

/**
 * Adds the step that tells a factor its gradient: behind all that makes the gradient of the rounded value, and in front of
 * what stops it.
 */
export function learnRange(
  plan: StepPlan,
  { address, size, gradient }: Slot,
  unrounded: Address,
  { exponent, quant, limits, isLearned }: LearnedRange,
): void {
  const to = exponent.gradient;
  if (gradient === undefined || to === undefined) return;
  plan.backward.add((run) => {
    if (!isLearned()) return;
    const { scale, zeroPoint } = quant();
    const sum = run.kernels.scaleSlope(
      unrounded,
      address,
      gradient,
      run.rows * size,
      limits.min,
      limits.max,
      (-128 - zeroPoint) * scale,
      (127 - zeroPoint) * scale,
    );
    view(run, to, 1)[0] += sum * gradientShare(size, { scale, zeroPoint, scheme: 'per-tensor' });
  });
}
