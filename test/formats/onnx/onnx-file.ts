/** ONNX files for tests, field by field; see `src/formats/onnx/messages.ts`. */

import { type Fields, writeMessage } from '../protobuf/write-message.ts';

/** `TensorProto.DataType`. */
const TYPES = { float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7 } as const;

export type TestType = keyof typeof TYPES;

export interface TestTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** float32, or int64 where `isInteger`. */
  readonly values: readonly number[];
  readonly isInteger?: true;
  /** Instead. */
  readonly type?: TestType;
}

export interface TestNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers, lists of integers, floats as `{ float }`, text, tensors, graphs, attributes of the call by name. */
  readonly attributes?: Readonly<
    Record<
      string,
      number | readonly number[] | { float: number } | string | TestTensor | TestGraph | { reference: string }
    >
  >;
  readonly domain?: string;
}

/** Of a branch. */
export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly outputs: readonly string[];
}

/** `defaults` are integers. */
export interface TestFunction extends TestGraph {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly defaults?: Readonly<Record<string, number>>;
}

/** Of every function in `TestModel`. */
export const FUNCTION_DOMAIN = 'own';

export interface TestModel {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly (number | string)[];
    readonly type?: TestType;
  }[];
  readonly outputs: readonly string[];
  readonly nodes: readonly TestNode[];
  readonly constants?: readonly TestTensor[];
  readonly opset?: number;
  readonly functions?: readonly TestFunction[];
}

/** The field of a list of elements. */
function elementsOf(type: TestType, values: readonly number[]): Fields[number] {
  if (type === 'float32') return [4, Float32Array.from(values)];
  return [type === 'int64' ? 7 : 5, values];
}

function tensorBytes({ name, shape, values, isInteger, type }: TestTensor): Uint8Array {
  const stored = type ?? (isInteger ? 'int64' : 'float32');
  return writeMessage([[1, shape], [2, TYPES[stored]], elementsOf(stored, values), [8, name]]);
}

function attributeBytes(name: string, value: NonNullable<TestNode['attributes']>[string]): Uint8Array {
  if (typeof value === 'number')
    return writeMessage([
      [1, name],
      [3, value],
      [20, 2],
    ]);
  if (typeof value === 'string') {
    return writeMessage([
      [1, name],
      [4, new TextEncoder().encode(value)],
      [20, 3],
    ]);
  }
  if (Array.isArray(value))
    return writeMessage([
      [1, name],
      [8, value as number[]],
      [20, 7],
    ]);
  if ('reference' in value)
    return writeMessage([
      [1, name],
      [21, value.reference],
      [20, 2],
    ]);
  if ('nodes' in value)
    return writeMessage([
      [1, name],
      [6, graphBytes(value)],
      [20, 5],
    ]);
  if ('float' in value) {
    const bits = new Uint8Array(Float32Array.of(value.float).buffer);
    // Field 2 with wire type 5.
    const head = writeMessage([
      [1, name],
      [20, 1],
    ]);
    return Uint8Array.of(...head, 0x15, ...bits);
  }
  return writeMessage([
    [1, name],
    [5, tensorBytes(value as TestTensor)],
    [20, 4],
  ]);
}

function nodeBytes({ operator, inputs, outputs, attributes = {}, domain = '' }: TestNode): Uint8Array {
  return writeMessage([
    ...inputs.map((name) => [1, name] as const),
    ...outputs.map((name) => [2, name] as const),
    [4, operator],
    ...Object.entries(attributes).map(([name, value]) => [5, attributeBytes(name, value)] as const),
    [7, domain],
  ]);
}

function valueBytes(
  name: string,
  shape: readonly (number | string)[],
  type: TestType = 'float32',
): Uint8Array {
  const dimensions = shape.map(
    (size) => [1, writeMessage([typeof size === 'number' ? [1, size] : [2, size]])] as const,
  );
  const tensor = writeMessage([
    [1, TYPES[type]],
    [2, writeMessage(dimensions)],
  ]);
  return writeMessage([
    [1, name],
    [2, writeMessage([[1, tensor]])],
  ]);
}

function graphBytes({ nodes, outputs }: TestGraph): Uint8Array {
  return writeMessage([
    ...nodes.map((node) => [1, nodeBytes(node)] as const),
    ...outputs.map((name) => [12, valueBytes(name, [])] as const),
  ]);
}

function functionBytes({ name, inputs, outputs, nodes, defaults = {} }: TestFunction): Uint8Array {
  return writeMessage([
    [1, name],
    ...inputs.map((input) => [4, input] as const),
    ...outputs.map((output) => [5, output] as const),
    ...nodes.map((node) => [7, nodeBytes(node)] as const),
    [10, FUNCTION_DOMAIN],
    ...Object.entries(defaults).map(([key, value]) => [11, attributeBytes(key, value)] as const),
  ]);
}

export function onnxBytes(model: TestModel): Uint8Array {
  const { inputs, outputs, nodes, constants = [], opset = 17, functions = [] } = model;
  const graph = writeMessage([
    ...nodes.map((node) => [1, nodeBytes(node)] as const),
    ...constants.map((tensor) => [5, tensorBytes(tensor)] as const),
    ...inputs.map(({ name, shape, type }) => [11, valueBytes(name, shape, type)] as const),
    ...outputs.map((name) => [12, valueBytes(name, [])] as const),
  ]);
  return writeMessage([
    [1, 8],
    [7, graph],
    [8, writeMessage([[2, opset]])],
    ...functions.map((one) => [25, functionBytes(one)] as const),
  ]);
}
