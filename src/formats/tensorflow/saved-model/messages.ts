/** The messages of a SavedModel around its graph; field numbers of tensorflow/core/protobuf/*.proto (2.21). */

import {
  bytes,
  fixed32,
  integer,
  type MessageTable,
  message,
  messages,
  text,
  texts,
} from '../../protobuf/message.ts';
import { GRAPH, type GraphProto, SHAPE, type ShapeProto } from '../messages.ts';

interface TensorInfoProto {
  name: string;
}

interface TensorInfoEntry {
  key: string;
  value: TensorInfoProto | undefined;
}

export interface SignatureProto {
  inputs: TensorInfoEntry[];
  outputs: TensorInfoEntry[];
}

interface SignatureEntry {
  key: string;
  value: SignatureProto | undefined;
}

interface MetaInfoProto {
  tags: string[];
}

export interface MetaGraphProto {
  info: MetaInfoProto | undefined;
  graph: GraphProto | undefined;
  /** A `SavedObjectGraph`, which is read where the graph itself leaves open whose a saved value is. */
  objects: Uint8Array;
  signatures: SignatureEntry[];
}

export interface SavedModelProto {
  schemaVersion: number;
  metaGraphs: MetaGraphProto[];
}

const TENSOR_INFO: MessageTable<TensorInfoProto> = { name: text(1) };
const TENSOR_INFO_ENTRY: MessageTable<TensorInfoEntry> = {
  key: text(1),
  value: message(2, () => TENSOR_INFO),
};
const SIGNATURE: MessageTable<SignatureProto> = {
  inputs: messages(1, () => TENSOR_INFO_ENTRY),
  outputs: messages(2, () => TENSOR_INFO_ENTRY),
};
const SIGNATURE_ENTRY: MessageTable<SignatureEntry> = { key: text(1), value: message(2, () => SIGNATURE) };
const META_INFO: MessageTable<MetaInfoProto> = { tags: texts(4) };
const META_GRAPH: MessageTable<MetaGraphProto> = {
  info: message(1, () => META_INFO),
  graph: message(2, () => GRAPH),
  objects: bytes(7),
  signatures: messages(5, () => SIGNATURE_ENTRY),
};

export const SAVED_MODEL: MessageTable<SavedModelProto> = {
  schemaVersion: integer(1),
  metaGraphs: messages(2, () => META_GRAPH),
};

export interface BundleHeaderProto {
  shards: number;
  /** 0 is little-endian. */
  endianness: number;
}

export interface BundleEntryProto {
  dataType: number;
  shape: ShapeProto | undefined;
  shard: number;
  offset: number;
  size: number;
  /** Masked, of the tensor's bytes. */
  checksum: number;
  /** Of a variable that is stored in parts. */
  slices: Uint8Array;
}

export const BUNDLE_HEADER: MessageTable<BundleHeaderProto> = { shards: integer(1), endianness: integer(2) };

export const BUNDLE_ENTRY: MessageTable<BundleEntryProto> = {
  dataType: integer(1),
  shape: message(2, () => SHAPE),
  shard: integer(3),
  offset: integer(4),
  size: integer(5),
  checksum: fixed32(6),
  slices: bytes(7),
};
