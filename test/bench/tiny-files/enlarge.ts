/** The same network on larger inputs, of which the file says no more than a number. */

import { inputError, TinymlError } from '../../../src/core/errors.ts';
import { elementBytes, elementCount, type Shape, type TensorType } from '../../../src/core/tensor.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { type Graph, getValue, inputShapes, type Value, type ValueId } from '../../../src/ir/graph.ts';
import { opOf } from '../../../src/ops/index.ts';

function stretched(shape: Shape, axis: number, factor: number): Shape {
  return shape.map((size, index) => (index === axis ? Math.max(1, Math.floor(size * factor)) : size));
}

/** With `axis` of every input `factor` times as long, and all shapes behind it as the operators infer them. */
function withLongerInputs(graph: Graph, axis: number, factor: number): Graph {
  const values = new Map<ValueId, Value>(graph.values);
  const setShape = (id: ValueId, shape: Shape): void => {
    const value = getValue({ values }, id);
    values.set(id, { ...value, type: { ...value.type, shape } as TensorType });
  };
  for (const id of graph.inputs) setShape(id, stretched(getValue(graph, id).type.shape, axis, factor));
  for (const node of graph.nodes) {
    const shapes = opOf(node.kind).infer(node.attributes, inputShapes({ ...graph, values }, node));
    if (shapes.length !== node.outputs.length)
      throw inputError('outputs', 'it has another number of outputs');
    for (const [index, id] of node.outputs.entries()) setShape(id, shapes[index]);
  }
  return { ...graph, values };
}

function tensorBytes(graph: Graph): number {
  return [...graph.values.values()].reduce(
    (sum, { type, data }) =>
      data === undefined ? sum + elementCount(type.shape) * elementBytes(type.dtype) : sum,
    0,
  );
}

const MOST = 2 ** 31;

/** How long the axis can be made for the tensors to take `bytes` together. */
function factorFor(graph: Graph, axis: number, bytes: number): number {
  const fits = (factor: number): boolean => tensorBytes(withLongerInputs(graph, axis, factor)) <= bytes;
  let low = 1;
  while (low < MOST && fits(2 * low)) low *= 2;
  let high = 2 * low;
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Undefined where the axis cannot be longer, by what the operators say of shapes. */
export function enlarged(tflite: Uint8Array, axis: number, bytes: number): Uint8Array | undefined {
  try {
    const { graph } = readTflite(tflite);
    if (!graph.inputs.every((id) => axis < getValue(graph, id).type.shape.length)) return undefined;
    const factor = factorFor(graph, axis, bytes);
    return factor < 2 ? undefined : writeTflite(withLongerInputs(graph, axis, factor));
  } catch (error) {
    if (error instanceof TinymlError) return undefined;
    throw error;
  }
}
