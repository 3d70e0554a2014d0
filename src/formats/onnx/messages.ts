/** The messages of an ONNX file, as far as they are read; field numbers of onnx/onnx.proto (ONNX 1.22). */

import {
  byteStrings,
  bytes,
  doubles,
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

export interface EntryProto {
  key: string;
  value: string;
}

export interface TensorProto {
  dims: number[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: number[];
  doubleData: number[];
  uint64Data: number[];
  name: string;
  /** Little-endian, instead of the lists. */
  rawData: Uint8Array | undefined;
  /** `location`, `offset` and `length` of bytes in another file. */
  externalData: EntryProto[];
  dataLocation: number;
}

/** Of which only the name is read. */
export interface SparseTensorProto {
  values: TensorProto | undefined;
}

export interface DimensionProto {
  value: number | undefined;
  parameter: string;
}

export interface ShapeProto {
  dimensions: DimensionProto[];
}

export interface TensorTypeProto {
  elementType: number;
  shape: ShapeProto | undefined;
}

export interface TypeProto {
  tensor: TensorTypeProto | undefined;
}

export interface ValueInfoProto {
  name: string;
  type: TypeProto | undefined;
}

export interface AttributeProto {
  name: string;
  type: number;
  f: number;
  i: number;
  s: Uint8Array;
  t: TensorProto | undefined;
  g: GraphProto | undefined;
  floats: number[];
  ints: number[];
  strings: Uint8Array[];
  /** In functions: the attribute of the call that this one is. */
  reference: string;
}

export interface NodeProto {
  inputs: string[];
  outputs: string[];
  name: string;
  operator: string;
  domain: string;
  /** Which of several functions of that name. */
  overload: string;
  attributes: AttributeProto[];
}

export interface GraphProto {
  nodes: NodeProto[];
  name: string;
  initializers: TensorProto[];
  sparseInitializers: SparseTensorProto[];
  inputs: ValueInfoProto[];
  outputs: ValueInfoProto[];
}

export interface OperatorSetProto {
  domain: string;
  version: number;
}

export interface FunctionProto {
  name: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  nodes: NodeProto[];
  /** Defaults of attributes that a call may leave out. */
  defaults: AttributeProto[];
  operatorSets: OperatorSetProto[];
}

export interface ModelProto {
  irVersion: number;
  producer: string;
  graph: GraphProto | undefined;
  operatorSets: OperatorSetProto[];
  functions: FunctionProto[];
}

const ENTRY: MessageTable<EntryProto> = { key: text(1), value: text(2) };

export const TENSOR: MessageTable<TensorProto> = {
  dims: integers(1),
  dataType: integer(2),
  floatData: floats(4),
  int32Data: integers(5),
  int64Data: integers(7),
  name: text(8),
  rawData: optional(bytes(9)),
  doubleData: doubles(10),
  uint64Data: integers(11),
  externalData: messages(13, () => ENTRY),
  dataLocation: integer(14),
};

const SPARSE_TENSOR: MessageTable<SparseTensorProto> = {
  values: message(1, () => TENSOR),
};

const DIMENSION: MessageTable<DimensionProto> = {
  value: optional(integer(1)),
  parameter: text(2),
};
const SHAPE: MessageTable<ShapeProto> = {
  dimensions: messages(1, () => DIMENSION),
};
const TENSOR_TYPE: MessageTable<TensorTypeProto> = {
  elementType: integer(1),
  shape: message(2, () => SHAPE),
};
const TYPE: MessageTable<TypeProto> = { tensor: message(1, () => TENSOR_TYPE) };
const VALUE_INFO: MessageTable<ValueInfoProto> = {
  name: text(1),
  type: message(2, () => TYPE),
};

const ATTRIBUTE: MessageTable<AttributeProto> = {
  name: text(1),
  f: float(2),
  i: integer(3),
  s: bytes(4),
  t: message(5, () => TENSOR),
  g: message(6, () => GRAPH),
  floats: floats(7),
  ints: integers(8),
  strings: byteStrings(9),
  type: integer(20),
  reference: text(21),
};

const NODE: MessageTable<NodeProto> = {
  inputs: texts(1),
  outputs: texts(2),
  name: text(3),
  operator: text(4),
  attributes: messages(5, () => ATTRIBUTE),
  domain: text(7),
  overload: text(8),
};

const GRAPH: MessageTable<GraphProto> = {
  nodes: messages(1, () => NODE),
  name: text(2),
  initializers: messages(5, () => TENSOR),
  sparseInitializers: messages(15, () => SPARSE_TENSOR),
  inputs: messages(11, () => VALUE_INFO),
  outputs: messages(12, () => VALUE_INFO),
};

const OPERATOR_SET: MessageTable<OperatorSetProto> = {
  domain: text(1),
  version: integer(2),
};

const FUNCTION: MessageTable<FunctionProto> = {
  name: text(1),
  inputs: texts(4),
  outputs: texts(5),
  nodes: messages(7, () => NODE),
  operatorSets: messages(9, () => OPERATOR_SET),
  domain: text(10),
  defaults: messages(11, () => ATTRIBUTE),
  overload: text(13),
};

export const MODEL: MessageTable<ModelProto> = {
  irVersion: integer(1),
  producer: text(2),
  graph: message(7, () => GRAPH),
  operatorSets: messages(8, () => OPERATOR_SET),
  functions: messages(25, () => FUNCTION),
};
