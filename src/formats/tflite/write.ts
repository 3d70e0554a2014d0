/**
 * Writes a graph as a `.tflite` file of few bytes that TensorFlow Lite and TFLM load alike: no metadata but a plan of
 * the arena and a note where they are given, names for the model's inputs and outputs only, everything equal stored once. Equal
 * graphs give equal bytes.
 */

import { ALIGNMENT } from '../../core/alignment.ts';
import type { QuantParams } from '../../core/quant-params.ts';
import { bytesOf, type TensorData, type TensorType } from '../../core/tensor.ts';
import { type Graph, inputTypes, type Node, outputTypes, type Value, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { narrowFloat16 } from '../float16.ts';
import type { Codec, VersionQuery } from './codec.ts';
import { codecOf, type OperatorKey, operatorKeyOf } from './codecs.ts';
import { FlatBuilder, type Ref } from './flat-builder.ts';
import { BuiltinOperator, TensorType as FileType } from './generated/tflite_generated.ts';
import { OFFLINE_PLAN, offlinePlanBytes } from './offline-plan.ts';
import { packInt4 } from './packed-int4.ts';
import { fileTypeOf } from './read-tensors.ts';
import {
  handleOperators,
  handleTensor,
  initializer,
  type Resource,
  type ResourceSurroundings,
  resourceCodes,
  resourcesOf,
} from './resources/write-resources.ts';
import { asWritten } from './variable-tensors.ts';

const SCHEMA_VERSION = 3;
const IDENTIFIER = 'TFL3';
/** Codes that do not fit its byte stand as this one in the old field. */
const GREATER_CODES = BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES;
const ABSENT = -1;
/** The least with which TensorFlow Lite takes float16. */
const FLOAT16_DEQUANTIZE_VERSION = 3;

/** What a file may hold beside the graph. */
export interface WriteOptions {
  /**
   * Leaves out what TFLM does not read but TensorFlow Lite insists on: all zero points of weights but one, and all
   * scales of a bias but one (tflite-micro 90b983c, `micro_allocator.cc`, takes one zero point for all).
   */
  readonly tflmOnly?: boolean;
  /** Where the tensors lie in TFLM's arena: one offset for each tensor of the file, -1 leaves one to TFLM. */
  readonly offlinePlan?: readonly number[];
  /** Metadata that TFLM does not know the name of, and leaves alone: it takes flash and no RAM. */
  readonly note?: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  /**
   * Stores float32 constants in half the bytes, with a DEQUANTIZE before their first use, as TensorFlow's converter does
   * (LiteRT f674577, `prepare_quantize_dynamic_range.cc`): for TensorFlow Lite, not for TFLM. Needs constants that
   * float16 holds.
   */
  readonly float16?: boolean;
}

/** The bytes of the file: the fewest, and the same for the same graph. */
export function writeTflite(graph: Graph, options: WriteOptions = {}): Uint8Array {
  return new TfliteWriter(graph, options).write();
}

/** A constant that only the file has. */
const NOT_IN_THE_GRAPH = -1;

/** What an operator writes in a file; ASSIGN_VARIABLE makes nothing there. */
function outputsInFile({ kind, outputs }: Node): readonly ValueId[] {
  return codecOf(kind).withoutOutputs ? [] : outputs;
}

function storedForm({ dtype }: TensorType, data: TensorData): Uint8Array {
  return dtype === 'int4' ? packInt4(data as Int8Array) : bytesOf(data);
}

class TfliteWriter {
  readonly #graph: Graph;
  readonly #resources: readonly Resource[];
  readonly #tflmOnly: boolean;
  readonly #offlinePlan: readonly number[] | undefined;
  readonly #note: WriteOptions['note'];
  readonly #file = new FlatBuilder();
  readonly #buffers: Ref[] = [];
  readonly #bufferIndices = new Map<Ref, number>();
  readonly #tensors: Ref[] = [];
  readonly #tensorIndices = new Map<ValueId, number>();
  readonly #float16: boolean;
  /** Constants of float16 that no DEQUANTIZE has read yet, by the value that it makes of them. */
  readonly #halves = new Map<ValueId, number>();

  constructor(graph: Graph, { tflmOnly = false, offlinePlan, note, float16 = false }: WriteOptions) {
    this.#graph = asWritten(graph);
    this.#float16 = float16;
    this.#resources = resourcesOf(this.#graph);
    this.#tflmOnly = tflmOnly;
    this.#offlinePlan = offlinePlan;
    this.#note = note;
  }

  write(): Uint8Array {
    const file = this.#file;
    // By convention buffer 0 is empty; every activation shares it.
    this.#bufferIndex(file.table('Buffer', {}));
    for (const value of this.#usedValues()) this.#tensorIndices.set(value.id, this.#addTensor(value));
    const codes = this.#codes();
    const versions = codes.map((code) => this.#version(code));
    const surroundings: ResourceSurroundings = {
      file,
      codeIndex: (code) => codes.indexOf(code),
      constantTensor: (type, data) => this.#tensor({ id: NOT_IN_THE_GRAPH, name: '', type, data }),
    };
    const operators = [
      ...handleOperators(surroundings, this.#resources, (id) => this.#indices([id])[0]),
      ...this.#graph.nodes.flatMap((node) => [
        ...this.#widenings(node, codes.indexOf(BuiltinOperator.DEQUANTIZE)),
        this.#operator(node, codes.indexOf(operatorKeyOf(node.kind))),
      ]),
    ];
    const first = initializer(surroundings, this.#resources);
    const subgraph = file.table('SubGraph', {
      tensors: file.tables(this.#tensors),
      inputs: file.scalars('int32', this.#indices(this.#graph.inputs)),
      outputs: file.scalars('int32', this.#indices(this.#graph.outputs)),
      operators: file.tables(operators),
    });
    const metadata = this.#metadata(this.#tensors.length + (first?.tensorCount ?? 0));
    const model = file.table('Model', {
      version: SCHEMA_VERSION,
      operator_codes: file.tables(codes.map((code, index) => this.#operatorCode(code, versions[index]))),
      subgraphs: file.tables(first === undefined ? [subgraph] : [subgraph, first.subgraph]),
      buffers: file.tables(this.#buffers),
      metadata: metadata.length === 0 ? undefined : file.tables(metadata),
    });
    return file.finish(model, IDENTIFIER);
  }

  /** In the order of their first node; those that no node has come last. */
  #codes(): readonly OperatorKey[] {
    const ofNodes = this.#graph.nodes.map(({ kind }) => operatorKeyOf(kind));
    const ofHalves = this.#halves.size === 0 ? [] : [BuiltinOperator.DEQUANTIZE];
    return [...new Set([...ofNodes, ...resourceCodes(this.#resources), ...ofHalves])];
  }

  /** `tensorCount` is that of all subgraphs. */
  #metadata(tensorCount: number): Ref[] {
    const note = this.#note === undefined ? [] : [this.#metadatum(this.#note.name, this.#note.bytes)];
    const offsets = this.#offlinePlan;
    if (offsets === undefined) return note;
    if (offsets.length !== tensorCount) {
      throw new Error(`${offsets.length} offsets are not a plan of ${tensorCount} tensors`);
    }
    return [this.#metadatum(OFFLINE_PLAN, offlinePlanBytes(offsets)), ...note];
  }

  #metadatum(name: string, bytes: Uint8Array): Ref {
    return this.#file.table('Metadata', {
      name: this.#file.string(name),
      buffer: this.#constantBuffer(bytes),
    });
  }

  /** In the order of the graph's values. */
  #usedValues(): Value[] {
    const { inputs, outputs, nodes, values } = this.#graph;
    const used = new Set<ValueId | undefined>([...inputs, ...outputs]);
    for (const node of nodes) for (const id of [...node.inputs, ...outputsInFile(node)]) used.add(id);
    return [...values.values()].filter(({ id }) => used.has(id));
  }

  #indices(ids: readonly (ValueId | undefined)[]): number[] {
    return ids.map((id) => {
      const index = id === undefined ? ABSENT : this.#tensorIndices.get(id);
      if (index === undefined) throw new Error(`value ${id} is not in the graph`);
      return index;
    });
  }

  #bufferIndex(buffer: Ref): number {
    const known = this.#bufferIndices.get(buffer);
    if (known !== undefined) return known;
    const index = this.#buffers.push(buffer) - 1;
    this.#bufferIndices.set(buffer, index);
    return index;
  }

  #constantBuffer(data: Uint8Array): number {
    return this.#bufferIndex(
      this.#file.table('Buffer', { data: this.#file.bytes(data, data.length, ALIGNMENT) }),
    );
  }

  /** As many zero points as scales: TensorFlow Lite insists on it, TFLM takes one for all. */
  #quantization({ dtype, quant }: TensorType & { readonly quant: QuantParams }): Ref {
    const isBias = dtype === 'int32' || dtype === 'int64';
    const perAxis = quant.scheme === 'per-axis';
    const all = perAxis ? quant.scales : [quant.scale];
    const scales = this.#tflmOnly && isBias ? all.slice(0, 1) : all;
    const zeroPoint = perAxis ? 0 : quant.zeroPoint;
    return this.#file.table('QuantizationParameters', {
      scale: this.#file.scalars('float32', scales),
      zero_point: this.#file.scalars(
        'int64',
        new Array<number>(this.#tflmOnly ? 1 : scales.length).fill(zeroPoint),
      ),
      quantized_dimension: perAxis ? quant.axis : 0,
    });
  }

  #tensor({ id, name, type, data, state }: Value): Ref {
    if (this.#resources.some((resource) => resource.id === id)) return handleTensor(this.#file);
    const { inputs, outputs } = this.#graph;
    const named = name !== '' && (inputs.includes(id) || outputs.includes(id));
    return this.#file.table('Tensor', {
      shape: this.#file.scalars('int32', type.shape),
      type: fileTypeOf(type.dtype),
      buffer: data === undefined ? 0 : this.#constantBuffer(storedForm(type, data)),
      name: named ? this.#file.string(name) : undefined,
      quantization: type.quant === undefined ? undefined : this.#quantization({ ...type, quant: type.quant }),
      is_variable: Number(state !== undefined),
    });
  }

  /** The index of the tensor that operators read. */
  #addTensor(value: Value): number {
    const { id, type, data } = value;
    const isHalved = this.#float16 && data instanceof Float32Array && !this.#graph.outputs.includes(id);
    if (!isHalved) return this.#tensors.push(this.#tensor(value)) - 1;
    const half = this.#file.table('Tensor', {
      shape: this.#file.scalars('int32', type.shape),
      type: FileType.FLOAT16,
      buffer: this.#constantBuffer(narrowFloat16(data)),
    });
    this.#halves.set(id, this.#tensors.push(half) - 1);
    return this.#tensors.push(this.#tensor({ id, name: '', type })) - 1;
  }

  /** The DEQUANTIZEs of what the node is the first to read. */
  #widenings({ inputs }: Node, codeIndex: number): readonly Ref[] {
    return inputs.flatMap((id) => {
      const half = id === undefined ? undefined : this.#halves.get(id);
      if (id === undefined || half === undefined) return [];
      this.#halves.delete(id);
      return this.#file.table('Operator', {
        opcode_index: codeIndex,
        inputs: this.#file.scalars('int32', [half]),
        outputs: this.#file.scalars('int32', this.#indices([id])),
      });
    });
  }

  /** A constant that the graph has as an attribute. */
  #integerTensor(shape: readonly number[], values: readonly number[]): number {
    const tensor = this.#file.table('Tensor', {
      shape: this.#file.scalars('int32', shape),
      type: FileType.INT32,
      buffer: this.#constantBuffer(bytesOf(Int32Array.from(values))),
    });
    return this.#tensors.push(tensor) - 1;
  }

  /** The operands at their places in the file, constants of attributes among them, -1 for what is left out. */
  #inputs(node: Node, codec: Codec<unknown>): number[] {
    const indices: number[] = [];
    const names = opOf(node.kind).operands;
    const count = Math.max(names.length, node.inputs.length);
    const positions = codec.operandPositions ?? Array.from({ length: count }, (_, index) => index);
    for (const [operand, position] of positions.entries()) {
      indices[position] = this.#indices([node.inputs[operand]])[0];
    }
    const constants = codec.writeConstants?.(node.attributes) ?? {};
    for (const [position, { shape, values }] of Object.entries(constants)) {
      indices[Number(position)] = this.#integerTensor(shape, values);
    }
    while (indices.length < (codec.inputCount ?? 0)) indices.push(ABSENT);
    while (codec.trimsAbsent && indices.at(-1) === ABSENT) indices.pop();
    return Array.from(indices, (index) => index ?? ABSENT);
  }

  #intermediates(types: readonly TensorType[]): Ref | undefined {
    if (types.length === 0) return undefined;
    const indices = types.map(({ dtype, shape, quant }) => {
      const tensor = this.#file.table('Tensor', {
        shape: this.#file.scalars('int32', shape),
        type: fileTypeOf(dtype),
        quantization: quant === undefined ? undefined : this.#quantization({ dtype, shape, quant }),
      });
      return this.#tensors.push(tensor) - 1;
    });
    return this.#file.scalars('int32', indices);
  }

  #types(node: Node): VersionQuery {
    return { inputs: inputTypes(this.#graph, node), outputs: outputTypes(this.#graph, node) };
  }

  #operator(node: Node, codeIndex: number): Ref {
    const codec = codecOf(node.kind);
    return this.#file.table('Operator', {
      opcode_index: codeIndex,
      inputs: this.#file.scalars('int32', this.#inputs(node, codec)),
      outputs: this.#file.scalars('int32', this.#indices(outputsInFile(node))),
      intermediates: this.#intermediates(codec.writeIntermediates?.(node.attributes) ?? []),
      builtin_options_type: codec.options,
      builtin_options: codec.writeOptions?.(node.attributes, this.#file, this.#types(node)),
      custom_options: this.#customOptions(codec.writeCustomOptions?.(node.attributes)),
    });
  }

  #customOptions(bytes: Uint8Array | undefined): Ref | undefined {
    return bytes && this.#file.bytes(bytes, bytes.length, 1);
  }

  /** One code stands for all operators of a kind: the highest version that one of them needs. */
  #version(key: OperatorKey): number {
    const versions = this.#graph.nodes
      .filter(({ kind }) => operatorKeyOf(kind) === key)
      .map((node) => codecOf(node.kind).version(this.#types(node), node.attributes));
    const ofHalves =
      key === BuiltinOperator.DEQUANTIZE && this.#halves.size > 0 ? FLOAT16_DEQUANTIZE_VERSION : 1;
    return Math.max(ofHalves, ...versions);
  }

  #operatorCode(key: OperatorKey, version: number): Ref {
    const customName = typeof key === 'string' ? key : undefined;
    const code = typeof key === 'string' ? BuiltinOperator.CUSTOM : key;
    return this.#file.table('OperatorCode', {
      custom_code: customName === undefined ? undefined : this.#file.string(customName),
      deprecated_builtin_code: Math.min(code, GREATER_CODES),
      version,
      builtin_code: code,
    });
  }
}
