/** What every graph satisfies after every step: order, arity, attributes, shapes, and types a kernel accepts. */

import { TinymlError, unsupportedError, withErrorContext } from '../core/errors.ts';
import { counted } from '../core/figure-text.ts';
import { elementCount, formatShape } from '../core/tensor.ts';
import { opOf } from '../ops/index.ts';
import { checkTypes } from '../ops/kernel-of.ts';
import { checkForm } from './check-form.ts';
import {
  type Graph,
  getValue,
  inputTypes,
  type Node,
  outputTypes,
  type TypedValues,
  type ValueId,
} from './graph.ts';
import { openShapeHint } from './open-shape.ts';

function checkNode(graph: Graph, node: Node): void {
  const inputs = inputTypes(graph, node);
  const outputs = outputTypes(graph, node);
  checkForm(
    node.kind,
    node.attributes,
    inputs.map((type) => type?.shape),
    outputs.map(({ shape }) => shape),
  );
  checkTypes(node.kind, node.attributes, inputs, outputs);
}

/** States are where their operators change them, and nowhere else: no order of reading them can then be wrong. */
function checkStates(graph: Graph, node: Node): void {
  const { states = [] } = opOf(node.kind);
  for (const [position, id] of node.inputs.entries()) {
    if (id === undefined) continue;
    const { name, state } = getValue(graph, id);
    if ((state !== undefined) === states.includes(position)) continue;
    throw unsupportedError(
      'state-operand',
      state === undefined
        ? `keeps its state in "${name}", which is no variable`
        : `reads "${name}", a variable that keeps its value between inferences, where tinyml reads none`,
    );
  }
}

function checkEnds(graph: Graph): void {
  for (const id of [...graph.inputs, ...graph.outputs]) {
    const { name, state } = getValue(graph, id);
    if (state === undefined) continue;
    throw unsupportedError(
      'state-end',
      `"${name}", an input or output of the model, is a variable that keeps its value between inferences`,
    );
  }
}

function checkValues(graph: Graph): void {
  for (const { name, type, data } of graph.values.values()) {
    if (!type.shape.every((dimension) => Number.isInteger(dimension) && dimension > 0)) {
      throw unsupportedError(
        'dynamic-shape',
        `tensor "${name}" has shape ${formatShape(type.shape)}; every dimension must be known`,
        openShapeHint(type.shape),
      );
    }
    // Kernels have a byte for each element, and TensorFlow Lite Micro half a one.
    if (type.dtype === 'int4' && data === undefined) {
      throw unsupportedError(
        'unsupported-type',
        `tensor "${name}" is int4 and computed; only constants are int4`,
      );
    }
    if (data !== undefined && data.length !== elementCount(type.shape)) {
      throw unsupportedError(
        'shape-mismatch',
        `constant "${name}" has ${counted(data.length, 'value')} for shape ${formatShape(type.shape)}`,
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

/** Whether a sound graph has the same node between tensors of the same types. */
function isUnchanged(node: Node, graph: Graph, sound: Graph, soundNodes: ReadonlySet<Node>): boolean {
  if (!soundNodes.has(node)) return false;
  return [...node.inputs, ...node.outputs].every(
    (id) => id === undefined || sound.values.get(id)?.type === getValue(graph, id).type,
  );
}

/**
 * Throws a `TinymlError` naming the node at fault. Graphs are small, so this runs always. What `graph` has unchanged of
 * `sound`, which went through this, is asked only for its order.
 */
export function checkGraph(graph: Graph, sound?: Graph): void {
  const soundNodes = new Set(sound?.nodes);
  checkValues(graph);
  checkEnds(graph);
  const defined = new Set<ValueId>(graph.inputs);
  for (const [id, { data, state }] of graph.values)
    if (data !== undefined || state !== undefined) defined.add(id);
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
      checkStates(graph, node);
      if (sound === undefined || !isUnchanged(node, graph, sound, soundNodes)) checkNode(graph, node);
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
