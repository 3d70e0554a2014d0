/** What every graph satisfies after every step: order, arity, attributes, shapes, and types a kernel accepts. */

import { TinymlError, unsupportedError, withErrorContext } from '../core/errors.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../core/tensor.ts';
import { type OpKind, opOf } from '../ops/index.ts';
import { checkTypes } from '../ops/kernel-of.ts';
import {
  type Graph,
  getValue,
  inputTypes,
  type Node,
  outputTypes,
  type TypedValues,
  type ValueId,
} from './graph.ts';

/** Throws where an operator of that kind takes other operands; `undefined` stands for an absent one. */
export function checkArity(kind: OpKind, inputs: readonly unknown[]): void {
  const { operands } = opOf(kind);
  const present = inputs.filter((input) => input !== undefined).length;
  const fits = operands[0].endsWith('...')
    ? present > 0 && present === inputs.length
    : inputs.length <= operands.length &&
      operands.every((name, index) => name.endsWith('?') || inputs[index] !== undefined);
  if (!fits) {
    throw unsupportedError('operand-count', `has ${present} inputs instead of ${operands.join(', ')}`);
  }
}

/** Files declare a scalar as [1] too, which is as many elements in the same place. */
export function fitsShape(inferred: Shape, declared: Shape): boolean {
  return sameShape(inferred, declared) || (inferred.length === 0 && sameShape(declared, [1]));
}

function checkNode(graph: Graph, node: Node): void {
  const op = opOf(node.kind);
  checkArity(node.kind, node.inputs);
  const attributes = op.attributes.safeParse(node.attributes);
  if (!attributes.success) {
    throw unsupportedError(
      'bad-attributes',
      `has attributes that make no sense: ${attributes.error.issues[0].message}`,
    );
  }
  const inputs = inputTypes(graph, node);
  const outputs = outputTypes(graph, node);
  const shapes = op.infer(
    node.attributes,
    inputs.map((type) => type?.shape),
  );
  if (shapes.length !== outputs.length) {
    throw unsupportedError('operand-count', `has ${outputs.length} outputs instead of ${shapes.length}`);
  }
  for (const [index, shape] of shapes.entries()) {
    if (!fitsShape(shape, outputs[index].shape)) {
      throw unsupportedError(
        'shape-mismatch',
        `output is declared ${formatShape(outputs[index].shape)}, but its inputs make it ${formatShape(shape)}`,
      );
    }
  }
  checkTypes(node.kind, node.attributes, inputs, outputs);
}

function checkValues(graph: Graph): void {
  for (const { name, type, data } of graph.values.values()) {
    if (!type.shape.every((dimension) => Number.isInteger(dimension) && dimension > 0)) {
      throw unsupportedError(
        'dynamic-shape',
        `tensor "${name}" has shape ${formatShape(type.shape)}; every dimension must be known`,
        'Fix the batch to 1 before converting.',
      );
    }
    if (data !== undefined && data.length !== elementCount(type.shape)) {
      throw unsupportedError(
        'shape-mismatch',
        `constant "${name}" has ${data.length} values for shape ${formatShape(type.shape)}`,
      );
    }
  }
}

/** How errors name a node of a graph. */
function placeOf(node: Node, index: number): string {
  return `operator ${index} (${node.kind.toUpperCase()}${node.name === '' ? '' : `, "${node.name}"`})`;
}

/**
 * Throws the `unsupported` error with which the kernels refuse a node for its types and scales. For passes that choose
 * these: what they chose is then refused, and no bug. `index` is where the node will stand.
 */
export function requireSupported(graph: TypedValues, node: Node, index: number): void {
  withErrorContext(placeOf(node, index), () =>
    checkTypes(node.kind, node.attributes, inputTypes(graph, node), outputTypes(graph, node)),
  );
}

/** Throws a `TinymlError` naming the node at fault. Graphs are small, so this runs always. */
export function checkGraph(graph: Graph): void {
  checkValues(graph);
  const defined = new Set<ValueId>(graph.inputs);
  for (const [id, value] of graph.values) if (value.data !== undefined) defined.add(id);
  for (const [index, node] of graph.nodes.entries()) {
    withErrorContext(placeOf(node, index), () => {
      for (const id of node.inputs) {
        if (id !== undefined && !defined.has(id)) {
          throw unsupportedError(
            'undefined-input',
            `reads "${getValue(graph, id).name}" before anything wrote it`,
          );
        }
      }
      for (const id of node.outputs) {
        if (defined.has(id))
          throw unsupportedError('written-twice', `writes "${getValue(graph, id).name}" again`);
        defined.add(id);
      }
      checkNode(graph, node);
    });
  }
  for (const id of graph.outputs) {
    if (!defined.has(id)) {
      throw new TinymlError(
        'unsupported',
        'undefined-output',
        `output "${getValue(graph, id).name}" is never written`,
      );
    }
  }
}
