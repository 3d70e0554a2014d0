/** ONNX files for tests, field by field; see `src/formats/onnx/messages.ts`. */

import { type Fields, writeMessage } from '../protobuf/write-message.ts';

export interface TestTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** float32, or int64 where `isInteger`. */
  readonly values: readonly number[];
  readonly isInteger?: true;
}

export interface TestNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers, lists of integers, floats as `{ float }`, text, tensors. */
  readonly attributes?: Readonly<
    Record<string, number | readonly number[] | { float: number } | string | TestTensor>
  >;
  readonly domain?: string;
}

export interface TestModel {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly outputs: readonly string[];
  readonly nodes: readonly TestNode[];
  readonly constants?: readonly TestTensor[];
  readonly opset?: number;
}

const FLOAT = 1;
const INT64 = 7;

function tensorBytes({ name, shape, values, isInteger }: TestTensor): Uint8Array {
  const elements: Fields[number] = isInteger ? [7, values] : [4, Float32Array.from(values)];
  return writeMessage([[1, shape], [2, isInteger ? INT64 : FLOAT], elements, [8, name]]);
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

function valueBytes(name: string, shape: readonly (number | string)[]): Uint8Array {
  const dimensions = shape.map(
    (size) => [1, writeMessage([typeof size === 'number' ? [1, size] : [2, size]])] as const,
  );
  const tensor = writeMessage([
    [1, FLOAT],
    [2, writeMessage(dimensions)],
  ]);
  return writeMessage([
    [1, name],
    [2, writeMessage([[1, tensor]])],
  ]);
}

export function onnxBytes({ inputs, outputs, nodes, constants = [], opset = 17 }: TestModel): Uint8Array {
  const graph = writeMessage([
    ...nodes.map((node) => [1, nodeBytes(node)] as const),
    ...constants.map((tensor) => [5, tensorBytes(tensor)] as const),
    ...inputs.map(({ name, shape }) => [11, valueBytes(name, shape)] as const),
    ...outputs.map((name) => [12, valueBytes(name, [])] as const),
  ]);
  return writeMessage([
    [1, 8],
    [7, graph],
    [8, writeMessage([[2, opset]])],
  ]);
}
