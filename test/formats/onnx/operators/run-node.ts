/** One node of ONNX on given inputs: what the graph computes of it, by which operators. */

import type { Shape } from '../../../../src/core/tensor.ts';
import { readModel } from '../../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../../src/ir/graph.ts';
import { onnxBytes, type TestNode, type TestTensor } from '../onnx-file.ts';

export interface GivenTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface NodeRun {
  readonly kinds: readonly string[];
  readonly shape: Shape;
  readonly values: readonly number[];
}

export interface NodeOptions {
  readonly attributes?: TestNode['attributes'];
  /** Behind the computed inputs; `undefined` leaves one out. */
  readonly constants?: readonly (Omit<TestTensor, 'name'> | undefined)[];
  readonly opset?: number;
  readonly outputs?: readonly string[];
}

/** The first output of the operator. */
export async function runNode(
  operator: string,
  inputs: readonly GivenTensor[],
  { attributes, constants = [], opset = 17, outputs = ['y'] }: NodeOptions = {},
): Promise<NodeRun> {
  const names = inputs.map((_, index) => `x${index}`);
  const named = constants.map((constant, index) => constant && { ...constant, name: `c${index}` });
  const node = { operator, inputs: [...names, ...named.map((constant) => constant?.name ?? '')], outputs };
  const bytes = onnxBytes({
    inputs: inputs.map(({ shape }, index) => ({ name: names[index], shape })),
    outputs: ['y'],
    nodes: [attributes === undefined ? node : { ...node, attributes }],
    constants: named.filter((constant) => constant !== undefined),
    opset,
  });
  const graph = await readModel(bytes, { name: 'net.onnx', keepLayout: true });
  const [result] = createInterpreter(graph).invoke(inputs.map(({ values }) => Float32Array.from(values)));
  return {
    kinds: graph.nodes.map(({ kind }) => kind),
    shape: getValue(graph, graph.outputs[0]).type.shape,
    values: Array.from(result, Number),
  };
}

/** Numbers between −2 and 2 without any order, the same in every run. */
export function scattered(shape: readonly number[], seed = 1): GivenTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    shape,
    values: Array.from({ length: count }, (_, index) => 2 * Math.sin(seed + 7.3 * index * index)),
  };
}
