/**
 * Transposes behind what reads them, until they meet one that undoes them or have nothing left to move. Every operator computes
 * the same numbers, in the same order but for sums along axes that now lie otherwise.
 */

import type { TensorData } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { type AttributesOf, type OpKind, opOf } from '../../ops/index.ts';
import type { Pass } from '../pass.ts';
import { reshapedFirst } from './axis-blocks.ts';
import { AXIS_RULES, type Moved } from './axis-rules.ts';
import {
  composed,
  inverse,
  type Permutation,
  permuted,
  permutedData,
  samePermutation,
} from './permutation.ts';
import { sinkIntoWeights } from './sink-into-weights.ts';
import { isTransposed } from './transposed-types.ts';

/** Besides what the traits say: every element of the output depends on one element of each operand. */
const POINTWISE: ReadonlySet<OpKind> = new Set<OpKind>([
  'add_n',
  'cast',
  'dequantize',
  'equal',
  'greater',
  'greater_equal',
  'less',
  'less_equal',
  'logical_and',
  'logical_not',
  'logical_or',
  'not_equal',
  'prelu',
  'quantize',
  'select_v2',
]);

function isPointwise(kind: OpKind): boolean {
  const { elementwise, broadcasts } = opOf(kind).traits;
  return elementwise || broadcasts || POINTWISE.has(kind);
}

function transposeBehind(rewrite: Rewrite, id: ValueId | undefined): NodeOf<'transpose'> | undefined {
  const producer = id === undefined ? undefined : rewrite.producer(id);
  return producer?.kind === 'transpose' ? producer : undefined;
}

function sourceOf({ inputs }: Node): ValueId {
  return inputs[0] as ValueId;
}

/** A constant whose axes, counted from the last, are those of the operands that it broadcasts with. */
function unpermutedConstant(rewrite: Rewrite, id: ValueId, permutation: Permutation): ValueId | undefined {
  const { name, type, data } = rewrite.value(id);
  if (data === undefined || type.quant?.scheme === 'per-axis' || type.shape.length > permutation.length)
    return undefined;
  if (data.length === 1) return id;
  const missing = permutation.length - type.shape.length;
  const shape = [...new Array<number>(missing).fill(1), ...type.shape];
  const back = inverse(permutation);
  return rewrite.constant(
    name,
    { ...type, shape: permuted(shape, back) },
    permutedData<TensorData>(data, shape, back),
  );
}

/** The operands in the order of axes that they had before `permutation`; undefined where one has another order. */
function unpermutedOperands(
  rewrite: Rewrite,
  ids: readonly ValueId[],
  permutation: Permutation,
): ValueId[] | undefined {
  const operands: ValueId[] = [];
  for (const id of ids) {
    const transpose = transposeBehind(rewrite, id);
    const isSame = transpose !== undefined && samePermutation(transpose.attributes.permutation, permutation);
    const operand = isSame ? sourceOf(transpose) : unpermutedConstant(rewrite, id, permutation);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  return operands;
}

/** The node upon other operands, with transposes behind it; not where TFLM moves no elements of what it makes. */
function put(rewrite: Rewrite, node: Node, inputs: readonly (ValueId | undefined)[], moved: Moved): boolean {
  const { attributes, permutation } = moved;
  if (!node.outputs.every((id) => isTransposed(rewrite.type(id)))) return false;
  const back = inverse(permutation);
  const early = node.outputs.map((id) => {
    const { name, type } = rewrite.value(id);
    return rewrite.fresh(name, { ...type, shape: permuted(type.shape, back) });
  });
  rewrite.replace(
    node,
    nodeWith(node, { attributes, inputs, outputs: early }),
    ...node.outputs.map((output, index) =>
      nodeOf('transpose', node.name, { permutation }, [early[index]], [output]),
    ),
  );
  return true;
}

function permutationOfFirst(rewrite: Rewrite, { inputs }: Node): Permutation | undefined {
  const found = inputs.map((id) => transposeBehind(rewrite, id)).find((transpose) => transpose !== undefined);
  return found?.attributes.permutation;
}

/** Operators whose operands all lie alike. */
function sinkThroughMany(
  rewrite: Rewrite,
  node: Node,
  attributesOf: (permutation: Permutation) => Moved['attributes'],
): boolean {
  const permutation = permutationOfFirst(rewrite, node);
  if (permutation === undefined) return false;
  const rank = rewrite.type(node.outputs[0]).shape.length;
  if (rank !== permutation.length) return false;
  const inputs = unpermutedOperands(rewrite, node.inputs as readonly ValueId[], permutation);
  if (inputs === undefined) return false;
  return put(rewrite, node, inputs, { attributes: attributesOf(permutation), permutation });
}

function sinkByRule(rewrite: Rewrite, node: Node): boolean {
  const transpose = transposeBehind(rewrite, node.inputs[0]);
  const rule = AXIS_RULES[node.kind] as
    | ((attributes: AttributesOf<OpKind>, permutation: Permutation) => Moved | undefined)
    | undefined;
  if (transpose === undefined || rule === undefined) return false;
  const moved = rule(node.attributes, transpose.attributes.permutation);
  const rank = rewrite.type(node.outputs[0]).shape.length;
  if (moved === undefined || moved.permutation.length !== rank) return false;
  return put(rewrite, node, [sourceOf(transpose), ...node.inputs.slice(1)], moved);
}

function sinkThroughReshape(rewrite: Rewrite, node: Node): boolean {
  const transpose = transposeBehind(rewrite, node.inputs[0]);
  if (transpose === undefined) return false;
  const source = sourceOf(transpose);
  const { shape } = rewrite.type(node.outputs[0]);
  const moved = reshapedFirst(rewrite.type(source).shape, transpose.attributes.permutation, shape);
  if (moved === undefined) return false;
  const { newShape, permutation } = moved;
  const [output] = node.outputs;
  const { name, type } = rewrite.value(output);
  if (permutation.every((axis, index) => axis === index)) {
    rewrite.replace(node, nodeOf('reshape', node.name, { newShape }, [source], [output]));
    return true;
  }
  const early = rewrite.fresh(name, { ...type, shape: newShape });
  rewrite.replace(
    node,
    nodeOf('reshape', node.name, { newShape }, [source], [early]),
    nodeOf('transpose', node.name, { permutation }, [early], [output]),
  );
  return true;
}

/** Two in a row are one, or none. */
function join(rewrite: Rewrite, node: NodeOf<'transpose'>): boolean {
  const { permutation } = node.attributes;
  if (permutation.every((axis, index) => axis === index)) return rewrite.bypass(node, sourceOf(node));
  const before = transposeBehind(rewrite, sourceOf(node));
  if (before === undefined) return false;
  const both = composed(before.attributes.permutation, permutation);
  rewrite.replace(node, nodeWith(node, { attributes: { permutation: both }, inputs: [sourceOf(before)] }));
  return true;
}

function sink(rewrite: Rewrite, node: Node): boolean {
  switch (node.kind) {
    case 'transpose':
      return join(rewrite, node);
    case 'reshape':
    case 'squeeze':
    case 'expand_dims':
      return sinkThroughReshape(rewrite, node);
    case 'fully_connected':
      return sinkIntoWeights(rewrite, node);
    case 'concatenation': {
      const { axis } = node.attributes;
      const { length } = rewrite.type(node.outputs[0]).shape;
      return sinkThroughMany(rewrite, node, (permutation) => ({
        axis: permutation[axis < 0 ? axis + length : axis],
      }));
    }
    default:
      return isPointwise(node.kind) ? sinkThroughMany(rewrite, node, () => ({})) : sinkByRule(rewrite, node);
  }
}

export const sinkTransposes: Pass = {
  name: 'sink-transposes',
  run: (graph) => rewriteNodes(graph, sink),
};
