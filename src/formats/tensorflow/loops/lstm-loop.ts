/** Loops that are a layer of LSTM, by what they compute. */

import { type Computed, isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { fusedLstm, lastStep, type TimeSeries } from '../../lowering/recurrent/fused-lstm.ts';
import { lstmByValues, type Role, type SeenLoop } from '../../lowering/recurrent/lstm-by-values.ts';
import type { Lowering } from '../lowering.ts';
import type { TensorFlowNode } from '../node.ts';
import { isKind, isOperand, type TensorList, type Value } from '../values.ts';
import type { Loop } from './control-flow.ts';

export interface LoopEnds extends Pick<Loop, 'around'> {
  /** What enters the loop, and what it is behind the last step. */
  readonly entered: readonly Value[];
  readonly left: readonly Value[];
  /** By position what is handed on from step to step: what it is before the first one, undefined for zeros. */
  readonly states: ReadonlyMap<number, Operand | undefined>;
}

/** A value that the loop changes, its elements in the order in which they are compared, and what each is to be. */
interface Change {
  readonly at: number;
  readonly values: readonly Computed[];
  readonly roles: readonly Role[];
}

function computed(operands: readonly (Operand | undefined)[]): readonly Computed[] | undefined {
  const found = operands.flatMap((operand) => (operand === undefined || isKnown(operand) ? [] : [operand]));
  return found.length === operands.length ? found : undefined;
}

/** Undefined where no layer gives such a value. */
function changeOf(at: number, value: Value, steps: number): Change | undefined {
  const items = isKind(value, 'list')
    ? computed(value.items)
    : computed([isOperand(value) ? value : undefined]);
  if (items === undefined) return undefined;
  if (!isKind(value, 'list')) return { at, values: items, roles: ['end'] };
  if (items.length !== 1 && items.length !== steps) return undefined;
  return { at, values: items, roles: items.length === 1 ? ['last'] : [...items.keys()] };
}

function isSame(a: Value, b: Value): boolean {
  if (isKind(a, 'list') && isKind(b, 'list')) return a.items.every((item, index) => item === b.items[index]);
  return a === b;
}

/** Values that the loop computes; those that are known, counters among them, are what they are. */
function changesOf({ entered, left }: LoopEnds, steps: number): readonly Change[] | undefined {
  const changed = [...entered.keys()].filter((at) => {
    const value = left[at];
    return !isSame(entered[at], value) && !(isOperand(value) && isKnown(value));
  });
  const changes = changed.flatMap((at) => changeOf(at, left[at], steps) ?? []);
  return changes.length === changed.length && changes.length > 0 ? changes : undefined;
}

/** The list of all steps' inputs, made of one tensor [steps, batch, depth]. */
function sourceOf({ entered, left, around }: LoopEnds): Computed | undefined {
  const unchanged = entered.filter((value, at) => isSame(value, left[at]));
  const sources = [...new Set([...unchanged, ...(around?.() ?? [])])].flatMap((value) => {
    if (!isKind(value, 'list')) return [];
    const { stacked } = value;
    return stacked === undefined || isKnown(stacked) || stacked.type.shape.length !== 3 ? [] : [stacked];
  });
  return sources.length === 1 ? sources[0] : undefined;
}

/** A loop that may be such a layer. */
interface Candidate {
  readonly source: Computed;
  readonly changes: readonly Change[];
  readonly seen: SeenLoop;
}

function candidateOf(ends: LoopEnds, { writer }: Lowering): Candidate | undefined {
  const { states } = ends;
  const source = sourceOf(ends);
  const changes = source && changesOf(ends, source.type.shape[0]);
  const [position] = states.keys();
  const change = changes?.find(({ at }) => at === position);
  const before = computed([...states.values()].flatMap((state) => state ?? []));
  if (!source || !changes || !change || !before || states.size !== 2) return undefined;
  const [steps, batch, depth] = source.type.shape;
  const units = change.values[0].type.shape[1];
  const graph = writer.part(
    [source, ...before],
    changes.flatMap(({ values }) => values),
  );
  const roles = changes.flatMap((one) => one.roles);
  return graph && { source, changes, seen: { graph, extent: { steps, batch, depth, units }, roles } };
}

/**
 * The values with which the loop ends, made by a layer of LSTM in place of its steps; undefined where it is none. A cell state behind the last
 * step stays that of the steps: the operator does not give it.
 */
export function lstmLoop(
  writer: TensorFlowNode,
  ends: LoopEnds,
  lowering: Lowering,
): readonly Value[] | undefined {
  const candidate = lowering.recognizes ? candidateOf(ends, lowering) : undefined;
  const layer = candidate && lstmByValues(candidate.seen);
  if (candidate === undefined || layer === undefined) return undefined;
  const { source, changes, seen } = candidate;
  const { steps, batch, depth, units } = seen.extent;
  const timeMajor = batch > 1;
  const tensor = timeMajor ? source : writer.reshape('batch_first', source, [batch, steps, depth]);
  const isStateful = [...ends.states.values()].some((state) => state !== undefined);
  const options = { ...layer.gates, depth, units, isStateful };
  const made = fusedLstm<Operand>(writer, '', { tensor, timeMajor }, options);
  const last = lastStep<Operand>(writer, 'last', made);
  const valueBehind = ({ values, roles: [role, ...others] }: Change, index: number): Value => {
    if (role !== 'end') return others.length === 0 ? listOf([last]) : everyStep(writer, made, seen.extent);
    if (!layer.cells.has(firstOf(changes, index))) return last;
    lowering.leave(values[0]);
    return values[0];
  };
  return changes.reduce<readonly Value[]>(
    (values, change, index) => values.with(change.at, valueBehind(change, index)),
    ends.left,
  );
}

/** Place of a change's first value among those of all. */
function firstOf(changes: readonly Change[], index: number): number {
  return changes.slice(0, index).reduce((count, { values }) => count + values.length, 0);
}

function listOf(items: readonly Operand[]): TensorList {
  return { kind: 'list', items };
}

function everyStep(
  writer: TensorFlowNode,
  { tensor, timeMajor }: TimeSeries<Operand>,
  { steps, batch, units }: SeenLoop['extent'],
): TensorList {
  const stacked = timeMajor ? tensor : writer.reshape('time_first', tensor, [steps, batch, units]);
  return { ...listOf(writer.addMany('unpack', 'items', { axis: 0 }, [stacked])), stacked };
}
