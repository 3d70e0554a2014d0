/** Graph models of TensorFlow.js for tests: the nodes of `graph-file.ts` in JSON, their constants in a file of weights. */

import { bytesOf } from '../../../src/core/tensor.ts';
import type { Attribute, TestConstant, TestNode } from './graph-file.ts';
import { joined } from './string-table-file.ts';

const TYPES: Readonly<Record<number, string>> = { 1: 'DT_FLOAT', 3: 'DT_INT32', 7: 'DT_STRING' };

/** How a weight is packed. */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale?: number;
  readonly min?: number;
}

/** Of one weight: what its manifest says, and its bytes. */
export interface PackedWeight {
  readonly quantization: Quantization;
  readonly content: Uint8Array;
}

function shapeJson(shape: readonly number[]): object {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}

function attributeJson(value: Attribute): object {
  if (typeof value === 'number') return { i: String(value) };
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'string') return { s: btoa(value) };
  if (Array.isArray(value)) {
    const items = value as readonly (number | string)[];
    return typeof items[0] === 'string'
      ? { list: { s: items.map((item) => btoa(String(item))) } }
      : { list: { i: items.map(String) } };
  }
  if ('functions' in value) return { list: { func: value.functions.map((name) => ({ name })) } };
  if ('function' in value) return { func: { name: value.function } };
  if ('float' in value) return { f: value.float };
  if ('type' in value) return { type: TYPES[value.type] };
  if ('values' in value) {
    const { shape, isInteger } = value as TestConstant;
    return { tensor: { dtype: isInteger ? 'DT_INT32' : 'DT_FLOAT', tensorShape: shapeJson(shape) } };
  }
  return { shape: shapeJson((value as { shape: readonly number[] }).shape) };
}

function constantOf({ attributes }: TestNode): TestConstant | undefined {
  const value = attributes?.value;
  return typeof value === 'object' && 'values' in value ? (value as TestConstant) : undefined;
}

function contentOf({ values, isInteger }: TestConstant): Uint8Array {
  return bytesOf(isInteger ? Int32Array.from(values) : Float32Array.from(values));
}

/** Files by their paths; constants named in `packed` are stored as it says. */
export function graphModelFiles(
  nodes: readonly TestNode[],
  packed: Readonly<Record<string, PackedWeight>> = {},
): ReadonlyMap<string, Uint8Array> {
  const constants = nodes.flatMap((node) => {
    const constant = constantOf(node);
    return constant === undefined ? [] : [{ name: node.name, constant }];
  });
  const json = {
    format: 'graph-model',
    modelTopology: {
      node: nodes.map(({ name, operator, inputs, attributes = {} }) => ({
        name,
        op: operator,
        input: inputs,
        attr: Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, attributeJson(value)]),
        ),
      })),
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: constants.map(({ name, constant: { shape, isInteger } }) => ({
          name,
          shape,
          dtype: isInteger ? 'int32' : 'float32',
          ...(packed[name] && { quantization: packed[name].quantization }),
        })),
      },
    ],
  };
  return new Map([
    ['model.json', new TextEncoder().encode(JSON.stringify(json))],
    [
      'weights.bin',
      joined(...constants.map(({ name, constant }) => packed[name]?.content ?? contentOf(constant))),
    ],
  ]);
}
