/**
 * −∞ that keeps scores from a SOFTMAX, as PyTorch's masks do, as a finite number so far below all scores that the results are the
 * same: calibration has no scale for what reaches to infinity, and an infinite constant is else a training that diverged. Where all
 * of a row is masked the SOFTMAX gives NaN, and the mask stays as it is.
 */

import { elementCount, type Shape } from '../../core/tensor.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { operandIndex, operandSteps } from '../../kernels/broadcast.ts';
import type { OpKind } from '../../ops/index.ts';
import type { Pass } from '../pass.ts';

/** A quarter of the lowest float32, so that the sum with a score is finite, too. */
const FAR_BELOW = -(2 ** 126);

/** Of larger masks no row is looked at. */
const MOST_SCORES = 2 ** 24;

/** Whether a SOFTMAX over the same rows, behind other shapes at most, is all that reads the value. */
function goesIntoSoftmax(rewrite: Rewrite, id: ValueId, row: number | undefined): boolean {
  if (!rewrite.isReadOnce(id)) return false;
  const [reader] = rewrite.consumers(id);
  if (reader.kind === 'softmax') return rewrite.type(id).shape.at(-1) === row;
  return reader.kind === 'reshape' && goesIntoSoftmax(rewrite, reader.outputs[0], row);
}

/** Whether something is left of every row of `shape`, of whose elements `isMasked` says which are not. */
function leavesOfEveryRow(shape: Shape, isMasked: (index: number) => boolean): boolean {
  const row = shape.at(-1) ?? 1;
  const count = elementCount(shape);
  if (count > MOST_SCORES) return false;
  for (let start = 0; start < count; start += row) {
    let at = 0;
    while (at < row && isMasked(start + at)) at++;
    if (at === row) return false;
  }
  return true;
}

/** Where the elements of `shape` find theirs in an operand that is repeated along it. */
function placesIn(operand: Shape, shape: Shape): (index: number) => number {
  const places = operandIndex(shape, operandSteps(operand, shape));
  return (index) => places?.[index] ?? index;
}

/** Which elements of the result are −∞ because of operand `position`; undefined where constants do not tell. */
function maskedBy(rewrite: Rewrite, node: Node, position: number): ((index: number) => boolean) | undefined {
  const id = node.inputs[position];
  const mask = rewrite.floats(id);
  if (id === undefined || mask?.includes(-Infinity) !== true) return undefined;
  const { shape } = rewrite.type(node.outputs[0]);
  const place = placesIn(rewrite.type(id).shape, shape);
  const isFar = (index: number): boolean => mask[place(index)] === -Infinity;
  if (node.kind === 'add') return isFar;
  const [condition] = node.inputs as readonly [ValueId];
  const { data, type } = rewrite.value(condition);
  if (data === undefined) return undefined;
  const placeOfCondition = placesIn(type.shape, shape);
  return (index) => (Number(data[placeOfCondition(index)]) !== 0) === (position === 1) && isFar(index);
}

function withFiniteMask(rewrite: Rewrite, node: Node): boolean {
  const [output] = node.outputs;
  const { shape } = rewrite.type(output);
  if (!goesIntoSoftmax(rewrite, output, shape.at(-1))) return false;
  for (const [position, id] of node.inputs.entries()) {
    const isMasked = maskedBy(rewrite, node, position);
    const mask = rewrite.floats(id);
    if (id === undefined || mask === undefined || isMasked === undefined) continue;
    if (!leavesOfEveryRow(shape, isMasked)) continue;
    const { name, type } = rewrite.value(id);
    const finite = mask.map((value) => (value === -Infinity ? FAR_BELOW : value));
    const inputs = node.inputs.with(position, rewrite.constant(name, type, finite));
    rewrite.replace(node, nodeWith(node, { inputs }));
    return true;
  }
  return false;
}

const MASKING: ReadonlySet<OpKind> = new Set<OpKind>(['add', 'select_v2']);

function canMask({ kind, attributes }: Node): boolean {
  return MASKING.has(kind) && !('activation' in attributes && attributes.activation !== 'none');
}

export const finiteMasks: Pass = {
  name: 'finite-masks',
  run: (graph) => rewriteNodes(graph, (rewrite, node) => canMask(node) && withFiniteMask(rewrite, node)),
};
