/** One operator of a graph as C. */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../ir/graph.ts';
import { kernelOf } from '../../ops/kernel-of.ts';
import { COMPUTED_TYPES } from '../../ops/op.ts';
import { codedInputs } from './coded/coded-inputs.ts';
import { distinctArrays } from './coded/weights.ts';
import { DECODE_HUFFMAN } from './definitions/decode-huffman.ts';
import type { AnyEmitter, CStep, CTensor, Emission } from './emitter.ts';
import { emitterOf } from './emitters.ts';
import type { ProgramStep } from './program-step.ts';

type Shared = Pick<CStep<unknown, unknown>, 'constants' | 'optimize'>;

function tensorOf(graph: Graph, id: ValueId): CTensor {
  const { type, data } = getValue(graph, id);
  return data === undefined ? { type } : { type, data };
}

function emitterFor(graph: Graph, node: Node): AnyEmitter {
  const dtype = inputTypes(graph, node)[0]?.dtype;
  const type = COMPUTED_TYPES.find((computed) => computed === dtype);
  const emitter = type === undefined ? undefined : emitterOf(node.kind, type);
  if (emitter !== undefined) return emitter;
  throw unsupportedError(
    'no-standalone-c',
    `there is no C for ${dtype}`,
    'With the library of TensorFlow Lite Micro it runs: "tinyml export-c --tflm DIR" or "--arduino DIR".',
  );
}

function emit(graph: Graph, node: Node, shared: Shared & { readonly label: string }): Emission {
  const kernel = kernelOf(node.kind, inputTypes(graph, node)[0]?.dtype);
  const emitter = emitterFor(graph, node);
  return emitter({
    ...shared,
    attributes: node.attributes,
    prepared: kernel?.prepare(node.attributes, inputTypes(graph, node), outputTypes(graph, node)),
    inputs: node.inputs.map((id) => (id === undefined ? undefined : tensorOf(graph, id))),
    outputs: node.outputs.map((id) => tensorOf(graph, id)),
  });
}

/** `FULLY_CONNECTED "features" in int8` */
function titleOf(graph: Graph, node: Node): string {
  const type = inputTypes(graph, node)[0]?.dtype;
  return `${node.kind.toUpperCase()} ${JSON.stringify(node.name)}${type === undefined ? '' : ` in ${type}`}`;
}

function compileNode(graph: Graph, index: number, shared: Shared): ProgramStep {
  const node = graph.nodes[index];
  const label = `layer${index}`;
  const { constants } = shared;
  const before = constants.coded.length;
  const emission = emit(graph, node, { ...shared, label });
  const inputs = codedInputs(graph, node, label, emission, constants);
  const coded = distinctArrays(constants.coded.slice(before));
  const definitions = coded.length === 0 ? [] : [DECODE_HUFFMAN];
  return {
    index,
    node,
    nodes: [node],
    label,
    emission: { ...emission, definitions: [...emission.definitions, ...definitions] },
    coded,
    codedInputs: inputs,
  };
}

/** Of the node at that place. Throws `no-standalone-c` (unsupported) for an operator or type that has no C here. */
export function compileStep(graph: Graph, index: number, shared: Shared): ProgramStep {
  return withErrorContext(titleOf(graph, graph.nodes[index]), () => compileNode(graph, index, shared));
}
