/**
 * FULLY_CONNECTED of int8 whose weights have a zero point: TFLM stops at an assertion (90b983c, `CalculateOpDataFullyConnected`), the
 * Arduino libraries too. Every sum stays the same, so every byte does:
 *
 * - constant weights lose their zero point where they are int8 without it, and otherwise lie in two halves, the second of them beside the
 *   first, on the input twice;
 * - computed weights are the right factor of a BATCH_MATMUL, which has zero points on both sides, and neither bias nor activation.
 */

import { perTensor } from '../../core/quant-params.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

type Dense = NodeOf<'fully_connected'>;

const [LEAST, MOST] = [-128, 127];

interface Asymmetric {
  readonly input: ValueId;
  readonly weights: ValueId;
  readonly bias: ValueId | undefined;
  readonly scale: number;
  readonly zeroPoint: number;
  readonly depth: number;
  readonly units: number;
}

function asymmetric(rewrite: Rewrite, node: Dense): Asymmetric | undefined {
  const [input, weights, bias] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const { dtype, shape, quant } = rewrite.type(weights);
  if (dtype !== 'int8' || quant?.scheme !== 'per-tensor' || quant.zeroPoint === 0) return undefined;
  const [units, depth] = shape;
  const fits = elementCount(rewrite.type(input).shape) % depth === 0 && rewrite.type(input).shape.length > 1;
  if (!fits || rewrite.type(input).quant === undefined) return undefined;
  return { input, weights, bias, scale: quant.scale, zeroPoint: quant.zeroPoint, depth, units };
}

/** Rows of both behind one another: [units, 2 · depth]. */
function sideBySide(near: Int8Array, beyond: Int8Array, depth: number): Int8Array {
  const joined = new Int8Array(2 * near.length);
  for (let from = 0; from < near.length; from += depth) {
    joined.set(near.subarray(from, from + depth), 2 * from);
    joined.set(beyond.subarray(from, from + depth), 2 * from + depth);
  }
  return joined;
}

/** The input as rows of `depth`, along its last axis where it ends in so many and keeps its axes, and the node that makes it so. */
function inRows(rewrite: Rewrite, { name, attributes }: Dense, { input, depth }: Asymmetric) {
  const type = rewrite.type(input);
  const isFlat = type.shape.length === 2 || attributes.keepNumDims;
  if (isFlat && type.shape.at(-1) === depth) return { rows: input, nodes: [] };
  const newShape: Shape = [elementCount(type.shape) / depth, depth];
  const rows = rewrite.fresh(`${name}/rows`, { ...type, shape: newShape });
  return { rows, nodes: [nodeOf('reshape', `${name}/rows`, { newShape }, [input], [rows])] };
}

function withConstant(rewrite: Rewrite, node: Dense, found: Asymmetric, data: Int8Array): void {
  const { weights, bias, scale, zeroPoint, depth, units } = found;
  const quant = perTensor(scale, 0);
  const { name } = rewrite.value(weights);
  const centred = Int16Array.from(data, (weight) => weight - zeroPoint);
  const constant = (values: Int8Array): ValueId =>
    rewrite.constant(name, { dtype: 'int8', shape: [units, values.length / units], quant }, values);
  const others = bias === undefined ? [] : [bias];
  if (centred.every((weight) => weight >= LEAST && weight <= MOST)) {
    rewrite.replace(
      node,
      nodeWith(node, { inputs: [found.input, constant(Int8Array.from(centred)), ...others] }),
    );
    return;
  }
  const near = Int8Array.from(centred, (weight) => Math.max(LEAST, Math.min(MOST, weight)));
  const beyond = Int8Array.from(centred, (weight, at) => weight - near[at]);
  const { rows, nodes } = inRows(rewrite, node, found);
  const type = rewrite.type(rows);
  const axis = type.shape.length - 1;
  const twice = rewrite.fresh(`${node.name}/twice`, { ...type, shape: type.shape.with(axis, 2 * depth) });
  rewrite.replace(
    node,
    ...nodes,
    nodeOf('concatenation', `${node.name}/twice`, { axis, activation: 'none' }, [rows, rows], [twice]),
    nodeWith(node, { inputs: [twice, constant(sideBySide(near, beyond, depth)), ...others] }),
  );
}

function isZero(rewrite: Rewrite, bias: ValueId | undefined): boolean {
  return bias === undefined || rewrite.value(bias).data?.every((value) => Number(value) === 0) === true;
}

function asProduct(rewrite: Rewrite, node: Dense, found: Asymmetric): boolean {
  const { weights, bias } = found;
  if (node.attributes.activation !== 'none' || !isZero(rewrite, bias)) return false;
  const { rows, nodes } = inRows(rewrite, node, found);
  const attributes = { adjX: false, adjY: true };
  rewrite.replace(
    node,
    ...nodes,
    nodeOf('batch_matmul', node.name, attributes, [rows, weights], node.outputs),
  );
  return true;
}

function rewriteDense(rewrite: Rewrite, node: Dense): boolean {
  const found = asymmetric(rewrite, node);
  if (found === undefined) return false;
  const { data } = rewrite.value(found.weights);
  if (!(data instanceof Int8Array)) return asProduct(rewrite, node, found);
  withConstant(rewrite, node, found, data);
  return true;
}

export const symmetricWeights: Pass = {
  name: 'symmetric-weights',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => node.kind === 'fully_connected' && rewriteDense(rewrite, node)),
};
