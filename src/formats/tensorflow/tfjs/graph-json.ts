/** A `GraphDef` as protobuf's JSON has it, in the model.json of TensorFlow.js. */

import * as z from 'zod';
import type { AttributeProto, GraphProto, NodeProto, ShapeProto } from '../messages.ts';

const name = z.string().max(4096);
const number = z.union([z.number(), z.string().max(32)]);
const shape = z.looseObject({
  dim: z
    .array(z.looseObject({ size: number.optional() }))
    .max(16)
    .optional(),
  unknownRank: z.boolean().optional(),
});
const attribute = z.looseObject({
  s: z.base64().optional(),
  i: number.optional(),
  f: number.optional(),
  b: z.boolean().optional(),
  type: z.string().optional(),
  shape: shape.optional(),
  tensor: z.looseObject({ dtype: z.string().optional(), tensorShape: shape.optional() }).optional(),
  func: z.looseObject({ name }).optional(),
  list: z
    .looseObject({
      s: z.array(z.base64()).optional(),
      i: z.array(number).optional(),
      func: z.array(z.looseObject({ name })).optional(),
    })
    .optional(),
});
const node = z.looseObject({
  name,
  op: name,
  input: z.array(name).optional(),
  attr: z.record(z.string(), attribute).optional(),
});
const argument = z.looseObject({ name });
const signature = z.looseObject({
  name,
  inputArg: z.array(argument).optional(),
  outputArg: z.array(argument).optional(),
});
const callable = z.looseObject({
  signature,
  nodeDef: z.array(node).optional(),
  ret: z.record(z.string(), name).optional(),
});

export const graphJsonSchema = z.looseObject({
  node: z.array(node).max(200_000),
  library: z.looseObject({ function: z.array(callable).optional() }).optional(),
});

/** `DataType` by its name. */
const TYPES: Readonly<Record<string, number>> = {
  DT_FLOAT: 1,
  DT_DOUBLE: 2,
  DT_INT32: 3,
  DT_UINT8: 4,
  DT_INT16: 5,
  DT_INT8: 6,
  DT_STRING: 7,
  DT_INT64: 9,
  DT_BOOL: 10,
  DT_HALF: 19,
  DT_RESOURCE: 20,
};

/** A constant from the files of weights. */
export interface Weight {
  readonly dataType: number;
  readonly shape: readonly number[];
  readonly content: Uint8Array;
}

function shapeOf(json: z.output<typeof shape>): ShapeProto {
  const dimensions = (json.dim ?? []).map(({ size = 0 }) => ({ size: Number(size) }));
  return { dimensions, unknownRank: json.unknownRank ?? false };
}

function textBytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function attributeOf(json: z.output<typeof attribute>, weight: Weight | undefined): AttributeProto {
  const { s, i, f, b, type, list, func } = json;
  return {
    list: list && {
      integers: (list.i ?? []).map(Number),
      types: [],
      texts: (list.s ?? []).map(textBytes),
      functions: list.func ?? [],
    },
    text: s === undefined ? undefined : textBytes(s),
    integer: i === undefined ? undefined : Number(i),
    float: f === undefined ? undefined : Number(f),
    flag: b,
    type: type === undefined ? undefined : (TYPES[type] ?? 0),
    shape: json.shape && shapeOf(json.shape),
    tensor: json.tensor && {
      dataType: weight?.dataType ?? TYPES[json.tensor.dtype ?? ''] ?? 0,
      shape: weight
        ? { dimensions: weight.shape.map((size) => ({ size })), unknownRank: false }
        : shapeOf(json.tensor.tensorShape ?? {}),
      content: weight?.content ?? new Uint8Array(0),
      halfValues: [],
      floatValues: [],
      doubleValues: [],
      intValues: [],
      stringValues: [],
      int64Values: [],
      boolValues: [],
      uint32Values: [],
      uint64Values: [],
    },
    function: func,
  };
}

function nodeOf(json: z.output<typeof node>, weights: ReadonlyMap<string, Weight>): NodeProto {
  const weight = json.op === 'Const' ? weights.get(json.name) : undefined;
  return {
    name: json.name,
    operator: json.op,
    inputs: json.input ?? [],
    attributes: Object.entries(json.attr ?? {}).map(([key, value]) => ({
      key,
      value: attributeOf(value, weight),
    })),
  };
}

/** Constants take their values from the weights of their names. */
export function graphFromJson(
  json: z.output<typeof graphJsonSchema>,
  weights: ReadonlyMap<string, Weight>,
): GraphProto {
  const named = ({ name: own }: { readonly name: string }) => ({ name: own, type: 0 });
  const functions = (json.library?.function ?? []).map((one) => ({
    signature: {
      name: one.signature.name,
      inputs: (one.signature.inputArg ?? []).map(named),
      outputs: (one.signature.outputArg ?? []).map(named),
    },
    nodes: (one.nodeDef ?? []).map((inside) => nodeOf(inside, weights)),
    results: Object.entries(one.ret ?? {}).map(([key, value]) => ({ key, value })),
  }));
  return { nodes: json.node.map((one) => nodeOf(one, weights)), library: { functions } };
}
