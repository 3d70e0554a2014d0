/**
 * Runs a graph: every node prepared once, every value allocated once. int8 graphs give the bytes that TensorFlow
 * Lite Micro's reference kernels give.
 */

import { unsupportedError } from '../core/errors.ts';
import { allocate, elementCount, type TensorData, type TensorType } from '../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../ir/graph.ts';
import { opOf } from '../ops/index.ts';
import type { AnyKernel } from '../ops/op.ts';

export interface Interpreter {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /**
   * One inference. `inputs` are copied in; the arrays returned belong to the interpreter and hold until the next
   * call. `onValue` sees every graph input and every node output as it is computed.
   */
  invoke(
    inputs: readonly TensorData[],
    onValue?: (id: ValueId, data: TensorData) => void,
  ): readonly TensorData[];
}

interface Instruction {
  readonly kernel: AnyKernel;
  readonly prepared: unknown;
  readonly inputs: readonly (TensorData | undefined)[];
  readonly outputs: readonly TensorData[];
  readonly outputIds: readonly ValueId[];
}

/** The kernel that input 0's type selects. */
function kernelOf(graph: Graph, node: Node): AnyKernel {
  const dtype = inputTypes(graph, node)[0]?.dtype;
  const op = opOf(node.kind);
  const kernel = dtype === 'float32' ? op.float : dtype === 'int8' ? op.int8 : undefined;
  if (kernel === undefined) {
    throw unsupportedError(
      'no-kernel',
      `${node.kind.toUpperCase()} "${node.name}" has no kernel for ${dtype}`,
    );
  }
  return kernel;
}

export function createInterpreter(graph: Graph): Interpreter {
  const storage = new Map<ValueId, TensorData>();
  for (const { id, type, data } of graph.values.values()) {
    storage.set(id, data ?? allocate(type.dtype, elementCount(type.shape)));
  }
  const stored = (id: ValueId): TensorData => storage.get(id) as TensorData;

  const instructions = graph.nodes.map((node): Instruction => {
    const kernel = kernelOf(graph, node);
    return {
      kernel,
      prepared: kernel.prepare(node.attributes, inputTypes(graph, node), outputTypes(graph, node)),
      inputs: node.inputs.map((id) => (id === undefined ? undefined : stored(id))),
      outputs: node.outputs.map(stored),
      outputIds: node.outputs,
    };
  });
  const outputs = graph.outputs.map(stored);

  return {
    inputs: graph.inputs.map((id) => getValue(graph, id).type),
    outputs: graph.outputs.map((id) => getValue(graph, id).type),
    invoke(inputs, onValue) {
      for (const [index, id] of graph.inputs.entries()) {
        const input = stored(id) as Int8Array;
        // A shorter one would leave the end of the record before it in place.
        if (inputs[index]?.length !== input.length) {
          throw new Error(`input ${index} has ${inputs[index]?.length} values instead of ${input.length}`);
        }
        input.set(inputs[index] as Int8Array);
        onValue?.(id, input);
      }
      for (const { kernel, prepared, inputs: operands, outputs: results, outputIds } of instructions) {
        kernel.run(prepared, operands, results);
        if (onValue !== undefined) for (const [index, id] of outputIds.entries()) onValue(id, results[index]);
      }
      return outputs;
    },
  };
}
