/** The messages of TensorFlow graphs, as far as they are read; field numbers of tensorflow/core/framework/*.proto (2.21). */

import {
  byteStrings,
  bytes,
  doubles,
  flag,
  flags,
  float,
  floats,
  integer,
  integers,
  type MessageTable,
  message,
  messages,
  optional,
  text,
  texts,
} from '../protobuf/message.ts';

export interface DimensionProto {
  /** −1 where it is free. */
  size: number;
}

export interface ShapeProto {
  dimensions: DimensionProto[];
  unknownRank: boolean;
}

export interface TensorProto {
  dataType: number;
  shape: ShapeProto | undefined;
  /** Little-endian, instead of the lists. */
  content: Uint8Array;
  halfValues: number[];
  floatValues: number[];
  doubleValues: number[];
  intValues: number[];
  stringValues: Uint8Array[];
  int64Values: number[];
  boolValues: boolean[];
  uint32Values: number[];
  uint64Values: number[];
}

export interface FunctionNameProto {
  name: string;
}

export interface AttributeListProto {
  integers: number[];
  types: number[];
  texts: Uint8Array[];
  functions: FunctionNameProto[];
}

/** One of its members, the others undefined. */
export interface AttributeProto {
  list: AttributeListProto | undefined;
  text: Uint8Array | undefined;
  integer: number | undefined;
  float: number | undefined;
  flag: boolean | undefined;
  type: number | undefined;
  shape: ShapeProto | undefined;
  tensor: TensorProto | undefined;
  function: FunctionNameProto | undefined;
}

export interface AttributeEntry {
  key: string;
  value: AttributeProto | undefined;
}

export interface NodeProto {
  name: string;
  operator: string;
  /** `node`, `node:1`, or `^node`, which only has to run before. */
  inputs: string[];
  attributes: AttributeEntry[];
}

export interface ArgumentProto {
  name: string;
  type: number;
}

export interface FunctionSignatureProto {
  name: string;
  inputs: ArgumentProto[];
  outputs: ArgumentProto[];
}

export interface TextEntry {
  key: string;
  value: string;
}

export interface FunctionProto {
  signature: FunctionSignatureProto | undefined;
  nodes: NodeProto[];
  /** For each output of the signature, what it is: an argument or `node:output:0`. */
  results: TextEntry[];
}

export interface LibraryProto {
  functions: FunctionProto[];
}

export interface GraphProto {
  nodes: NodeProto[];
  library: LibraryProto | undefined;
}

const DIMENSION: MessageTable<DimensionProto> = { size: integer(1) };
export const SHAPE: MessageTable<ShapeProto> = {
  dimensions: messages(2, () => DIMENSION),
  unknownRank: flag(3),
};

const TENSOR: MessageTable<TensorProto> = {
  dataType: integer(1),
  shape: message(2, () => SHAPE),
  content: bytes(4),
  floatValues: floats(5),
  doubleValues: doubles(6),
  intValues: integers(7),
  stringValues: byteStrings(8),
  int64Values: integers(10),
  boolValues: flags(11),
  halfValues: integers(13),
  uint32Values: integers(16),
  uint64Values: integers(17),
};

const FUNCTION_NAME: MessageTable<FunctionNameProto> = { name: text(1) };
const LIST: MessageTable<AttributeListProto> = {
  texts: byteStrings(2),
  integers: integers(3),
  types: integers(6),
  functions: messages(9, () => FUNCTION_NAME),
};

const ATTRIBUTE: MessageTable<AttributeProto> = {
  list: message(1, () => LIST),
  text: optional(bytes(2)),
  integer: optional(integer(3)),
  float: optional(float(4)),
  flag: optional(flag(5)),
  type: optional(integer(6)),
  shape: message(7, () => SHAPE),
  tensor: message(8, () => TENSOR),
  function: message(10, () => FUNCTION_NAME),
};
const ATTRIBUTE_ENTRY: MessageTable<AttributeEntry> = { key: text(1), value: message(2, () => ATTRIBUTE) };

const NODE: MessageTable<NodeProto> = {
  name: text(1),
  operator: text(2),
  inputs: texts(3),
  attributes: messages(5, () => ATTRIBUTE_ENTRY),
};

const ARGUMENT: MessageTable<ArgumentProto> = { name: text(1), type: integer(3) };
const FUNCTION_SIGNATURE: MessageTable<FunctionSignatureProto> = {
  name: text(1),
  inputs: messages(2, () => ARGUMENT),
  outputs: messages(3, () => ARGUMENT),
};
const TEXT_ENTRY: MessageTable<TextEntry> = { key: text(1), value: text(2) };
const FUNCTION: MessageTable<FunctionProto> = {
  signature: message(1, () => FUNCTION_SIGNATURE),
  nodes: messages(3, () => NODE),
  results: messages(4, () => TEXT_ENTRY),
};
const LIBRARY: MessageTable<LibraryProto> = { functions: messages(1, () => FUNCTION) };

export const GRAPH: MessageTable<GraphProto> = {
  nodes: messages(1, () => NODE),
  library: message(2, () => LIBRARY),
};
