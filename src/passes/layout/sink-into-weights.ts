/** A TRANSPOSE of what a dense layer reads as one row, alone or beside other rows: its weights change their order instead. */

import { elementCount } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite } from '../../ir/rewrite.ts';
import { sourceIndices } from './permutation.ts';

/** A row as the elements lie before a transpose, and where each element of the row was is found there. */
interface EarlyRow {
  readonly node: Node;
  readonly id: ValueId;
  readonly order: ArrayLike<number>;
}

/** Undefined where the value is not one row that a RESHAPE makes of a transposed tensor. */
function earlyRow(rewrite: Rewrite, id: ValueId): EarlyRow | undefined {
  const reshape = rewrite.producer(id);
  const transpose = reshape?.kind === 'reshape' ? rewrite.producer(reshape.inputs[0] as ValueId) : undefined;
  const { name, type } = rewrite.value(id);
  if (reshape === undefined || transpose?.kind !== 'transpose' || type.shape.length !== 2) return undefined;
  const [source] = transpose.inputs as readonly [ValueId];
  if (type.shape[1] !== elementCount(type.shape)) return undefined;
  const early = rewrite.fresh(name, type);
  return {
    node: nodeOf('reshape', reshape.name, { newShape: type.shape }, [source], [early]),
    id: early,
    order: sourceIndices(rewrite.type(source).shape, transpose.attributes.permutation),
  };
}

/** The weights [units, columns] with column `start + at` at `start + order[at]`. */
function movedColumns(
  data: Float32Array,
  columns: number,
  start: number,
  order: ArrayLike<number>,
): Float32Array {
  const moved = data.slice();
  for (let row = 0; row < data.length; row += columns) {
    for (let at = 0; at < order.length; at++) moved[row + start + order[at]] = data[row + start + at];
  }
  return moved;
}

type Dense = NodeOf<'fully_connected'>;

function replaced(
  rewrite: Rewrite,
  node: Dense,
  before: readonly Node[],
  input: ValueId,
  data: Float32Array,
) {
  const [, weights, bias] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const { name, type } = rewrite.value(weights);
  const inputs = [input, rewrite.constant(name, type, data), bias];
  rewrite.replace(node, ...before, nodeWith(node, { inputs }));
  return true;
}

function sinkRow(rewrite: Rewrite, node: Dense, data: Float32Array, columns: number): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const row = earlyRow(rewrite, input);
  if (row === undefined || row.order.length !== columns) return false;
  return replaced(rewrite, node, [row.node], row.id, movedColumns(data, columns, 0, row.order));
}

/** Rows beside each other, which nobody else reads. */
function sinkRows(
  rewrite: Rewrite,
  node: Dense,
  join: NodeOf<'concatenation'>,
  weights: Float32Array,
): boolean {
  const [output] = join.outputs;
  const { name, type } = rewrite.value(output);
  const [rows, columns] = type.shape;
  if (rows !== 1 || type.shape.length !== 2 || !rewrite.isReadOnce(output)) return false;
  const ids = join.inputs as readonly ValueId[];
  const early = ids.map((id) => earlyRow(rewrite, id));
  if (early.every((row) => row === undefined)) return false;
  let data = weights;
  let start = 0;
  for (const [index, row] of early.entries()) {
    if (row !== undefined) data = movedColumns(data, columns, start, row.order);
    start += rewrite.type(ids[index]).shape[1];
  }
  const joined = rewrite.fresh(name, type);
  const inputs = ids.map((id, index) => early[index]?.id ?? id);
  const before = early.flatMap((row) => row?.node ?? []);
  return replaced(rewrite, node, [...before, nodeWith(join, { inputs, outputs: [joined] })], joined, data);
}

/** What the dense layer reads is in the order of before the transposes; whether there were any. */
export function sinkIntoWeights(rewrite: Rewrite, node: Dense): boolean {
  const [input, weights] = node.inputs as readonly [ValueId, ValueId];
  const data = rewrite.floats(weights);
  if (data === undefined) return false;
  const producer = rewrite.producer(input);
  const [, columns] = rewrite.type(weights).shape;
  return producer?.kind === 'concatenation'
    ? sinkRows(rewrite, node, producer, data)
    : sinkRow(rewrite, node, data, columns);
}
