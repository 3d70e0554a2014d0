/**
 * States that are variable tensors, which SVDF and LSTM keep: unlike resource variables they have no operator that assigns
 * to them. A RESHAPE whose output is the variable does it: TFLM plans no memory for that output, since the variable has its own
 * (tflite-micro 90b983c, `AllocationInfoBuilder::InitializeAllocationInfo`), and copies the bytes (`EvalReshapeReference`).
 */

import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, statesOf } from '../../ir/graph.ts';
import type { OperatorInFile } from './file-operator.ts';

function isOfResources({ kind }: Node): boolean {
  return kind === 'read_variable' || kind === 'assign_variable';
}

/** The graph whose operators are those of the file: assignments to variable tensors are RESHAPEs into them. */
export function asWritten(graph: Graph): Graph {
  const variables = new Set(graph.nodes.filter((node) => !isOfResources(node)).flatMap(statesOf));
  const nodes = graph.nodes.map((node): Node => {
    const [state, value] = node.inputs;
    if (node.kind !== 'assign_variable' || state === undefined || !variables.has(state)) return node;
    const { shape } = getValue(graph, state).type;
    return nodeOf('reshape', node.name, { newShape: shape }, [value], [state]);
  });
  return { ...graph, nodes };
}

/** Whether an operator of a file assigns to a variable tensor. */
export function assignsVariable({ code, outputs }: OperatorInFile): boolean {
  return code.kind === 'reshape' && outputs[0]?.state !== undefined;
}
