/** `.tflite` files as other converters write them: any tensors, any operators, whether or not they go together. */

import { bytesOf } from '../../../src/core/tensor.ts';
import { FlatBuilder, type Ref } from '../../../src/formats/tflite/flat-builder.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  TensorType,
} from '../../../src/formats/tflite/generated/tflite_generated.ts';

export { BuiltinOperator, BuiltinOptions };

type FileType = Lowercase<keyof typeof TensorType & string>;

export interface TensorOf {
  readonly type?: FileType;
  readonly shape: readonly number[];
  readonly scale?: number | readonly number[];
  readonly zeroPoint?: number;
  readonly axis?: number;
  readonly data?: ArrayBufferView;
}

export interface OperatorOf {
  readonly code: BuiltinOperator;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** With the code CUSTOM. */
  readonly customName?: string;
  readonly options?: readonly [type: BuiltinOptions, table: (file: FlatBuilder) => Ref];
}

export interface SubgraphOf {
  readonly tensors: readonly TensorOf[];
  readonly operators: readonly OperatorOf[];
  readonly inputs?: readonly number[];
  readonly outputs: readonly number[];
}

export interface FileOf extends SubgraphOf {
  /** Those that operators run; the file's own is 0. */
  readonly subgraphs?: readonly SubgraphOf[];
}

/** int32 constants. */
export function int32s(...values: readonly number[]): TensorOf {
  return { type: 'int32', shape: [values.length], data: Int32Array.from(values) };
}

function tensorRef(file: FlatBuilder, tensor: TensorOf, index: number, buffer: number): Ref {
  const { type = 'float32', shape, scale, zeroPoint = 0, axis = 0 } = tensor;
  const scales = scale === undefined ? [] : [scale].flat();
  const quantization = file.table('QuantizationParameters', {
    scale: file.scalars('float32', scales),
    zero_point: file.scalars(
      'int64',
      scales.map(() => zeroPoint),
    ),
    quantized_dimension: axis,
  });
  return file.table('Tensor', {
    type: TensorType[type.toUpperCase() as keyof typeof TensorType],
    shape: file.scalars('int32', shape),
    name: file.string(`tensor ${index}`),
    buffer,
    ...(scale === undefined ? {} : { quantization }),
  });
}

/** What every library runs and tinyml does not compute: the shape that two shapes broadcast to. */
export function foreignFile(): Uint8Array {
  const shape = { type: 'int32', shape: [2] } as const;
  return fileOf({
    tensors: [shape, shape, shape],
    operators: [{ code: BuiltinOperator.BROADCAST_ARGS, inputs: [0, 1], outputs: [2] }],
    inputs: [0, 1],
    outputs: [2],
  });
}

/** Tensor 0 is the input where nothing else is said. Every operator has a code of its own. */
export function fileOf({ subgraphs = [], ...main }: FileOf): Uint8Array {
  const file = new FlatBuilder();
  const buffers: Ref[] = [file.table('Buffer', {})];
  const codes: Ref[] = [];
  const refs = [main, ...subgraphs].map((subgraph) => subgraphRef(file, subgraph, buffers, codes));
  const model = file.table('Model', {
    version: 3,
    operator_codes: file.tables(codes),
    subgraphs: file.tables(refs),
    buffers: file.tables(buffers),
  });
  return file.finish(model, 'TFL3');
}

/** Adds what it needs to buffers and codes. */
function subgraphRef(
  file: FlatBuilder,
  { tensors, operators, inputs = [0], outputs }: SubgraphOf,
  buffers: Ref[],
  codes: Ref[],
): Ref {
  const tensorRefs = tensors.map((tensor, index) => {
    if (tensor.data !== undefined) {
      const bytes = bytesOf(tensor.data);
      buffers.push(file.table('Buffer', { data: file.bytes(bytes, bytes.length, 16) }));
    }
    return tensorRef(file, tensor, index, tensor.data === undefined ? 0 : buffers.length - 1);
  });
  const operatorRefs = operators.map(({ code, customName, options, ...operator }) => {
    codes.push(
      file.table('OperatorCode', {
        deprecated_builtin_code: Math.min(code, 127),
        builtin_code: code,
        version: 1,
        ...(customName === undefined ? {} : { custom_code: file.string(customName) }),
      }),
    );
    return file.table('Operator', {
      opcode_index: codes.length - 1,
      inputs: file.scalars('int32', operator.inputs),
      outputs: file.scalars('int32', operator.outputs),
      ...(options === undefined
        ? {}
        : { builtin_options_type: options[0], builtin_options: options[1](file) }),
    });
  });
  return file.table('SubGraph', {
    tensors: file.tables(tensorRefs),
    inputs: file.scalars('int32', inputs),
    outputs: file.scalars('int32', outputs),
    operators: file.tables(operatorRefs),
  });
}
