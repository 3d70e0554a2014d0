/** TensorFlow graphs for tests, field by field; see `src/formats/tensorflow/messages.ts`. */

import { type Fields, writeMessage } from '../protobuf/write-message.ts';

export interface TestConstant {
  readonly shape: readonly number[];
  /** float32, or int32 where `isInteger`. */
  readonly values: readonly number[];
  readonly isInteger?: true;
}

/** A list of strings. */
interface TestTexts {
  readonly texts: readonly string[];
}

export type Attribute =
  | number
  | boolean
  | string
  | readonly number[]
  | readonly string[]
  | { readonly function: string }
  | { readonly functions: readonly string[] }
  | { readonly shape: readonly number[] }
  | { readonly type: number }
  | { readonly float: number }
  | TestTexts
  | TestConstant;

export interface TestNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface TestFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly results: Readonly<Record<string, string>>;
  readonly nodes: readonly TestNode[];
}

const FLOAT = 1;
const INT32 = 3;
const STRING = 7;

function shapeBytes(shape: readonly number[]): Uint8Array {
  return writeMessage(shape.map((size) => [2, writeMessage([[1, size]])] as const));
}

function tensorBytes({ shape, values, isInteger }: TestConstant): Uint8Array {
  return writeMessage([
    [1, isInteger ? INT32 : FLOAT],
    [2, shapeBytes(shape)],
    isInteger ? [7, values] : [5, Float32Array.from(values)],
  ]);
}

function textsBytes({ texts }: TestTexts): Uint8Array {
  return writeMessage([
    [1, STRING],
    [2, shapeBytes([texts.length])],
    ...texts.map((text) => [8, text] as const),
  ]);
}

function attributeFields(value: Attribute): Fields {
  if (typeof value === 'number') return [[3, value]];
  if (typeof value === 'boolean') return [[5, value ? 1 : 0]];
  if (typeof value === 'string') return [[2, value]];
  if (Array.isArray(value)) {
    const items = value as readonly (number | string)[];
    const texts = items.filter((item) => typeof item === 'string');
    const list: Fields = texts.length > 0 ? texts.map((text) => [2, text]) : [[3, items as number[]]];
    return [[1, writeMessage(list)]];
  }
  if ('functions' in value) {
    return [[1, writeMessage(value.functions.map((name) => [9, writeMessage([[1, name]])] as const))]];
  }
  if ('function' in value) return [[10, writeMessage([[1, value.function]])]];
  if ('float' in value) return [[4, value]];
  if ('texts' in value) return [[8, textsBytes(value)]];
  if ('type' in value) return [[6, value.type]];
  if ('values' in value) return [[8, tensorBytes(value as TestConstant)]];
  return [[7, shapeBytes((value as { shape: readonly number[] }).shape)]];
}

function nodeBytes({ name, operator, inputs = [], attributes = {} }: TestNode): Uint8Array {
  return writeMessage([
    [1, name],
    [2, operator],
    ...inputs.map((input) => [3, input] as const),
    ...Object.entries(attributes).map(
      ([key, value]) =>
        [
          5,
          writeMessage([
            [1, key],
            [2, writeMessage(attributeFields(value))],
          ]),
        ] as const,
    ),
  ]);
}

function functionBytes({ name, inputs, results, nodes }: TestFunction): Uint8Array {
  const argument = (text: string) => writeMessage([[1, text]]);
  const signature = writeMessage([
    [1, name],
    ...inputs.map((input) => [2, argument(input)] as const),
    ...Object.keys(results).map((result) => [3, argument(result)] as const),
  ]);
  return writeMessage([
    [1, signature],
    ...nodes.map((node) => [3, nodeBytes(node)] as const),
    ...Object.entries(results).map(
      ([key, value]) =>
        [
          4,
          writeMessage([
            [1, key],
            [2, value],
          ]),
        ] as const,
    ),
  ]);
}

export function placeholder(name: string, shape: readonly number[]): TestNode {
  return { name, operator: 'Placeholder', attributes: { dtype: { type: FLOAT }, shape: { shape } } };
}

export function constant(name: string, shape: readonly number[], values: readonly number[]): TestNode {
  return { name, operator: 'Const', attributes: { dtype: { type: FLOAT }, value: { shape, values } } };
}

export function integers(name: string, shape: readonly number[], values: readonly number[]): TestNode {
  const value = { shape, values, isInteger: true } as const;
  return { name, operator: 'Const', attributes: { dtype: { type: INT32 }, value } };
}

export function texts(name: string, values: readonly string[]): TestNode {
  return { name, operator: 'Const', attributes: { dtype: { type: STRING }, value: { texts: values } } };
}

export function graphBytes(nodes: readonly TestNode[], functions: readonly TestFunction[] = []): Uint8Array {
  const library = writeMessage(functions.map((one) => [1, functionBytes(one)] as const));
  return writeMessage([
    ...nodes.map((node) => [1, nodeBytes(node)] as const),
    ...(functions.length === 0 ? [] : [[2, library] as const]),
  ]);
}
