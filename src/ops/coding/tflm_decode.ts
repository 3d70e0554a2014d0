import * as z from 'zod';
import { LUT_HEADER_BYTES, MOST_LUT_BITS, packedIndexBytes } from '../../core/coding/lut.ts';
import { counted } from '../../core/figure-text.ts';
import {
  allocate,
  elementBytes,
  elementCount,
  formatShape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { decodeLut, type LutDecoding } from '../../kernels/decode_lut.ts';
import { requireDType, shapeError } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs } from '../unary.ts';

const tableSchema = z.strictObject({
  /** Of the decoded tensor, which nothing else tells. */
  shape: z.array(z.int().min(1)).readonly(),
  bitWidth: z.int().min(1).max(MOST_LUT_BITS),
  stride: z
    .int()
    .min(0)
    .max(2 ** MOST_LUT_BITS),
});
type Table = z.output<typeof tableSchema>;

const attributes = z.strictObject({ tables: z.array(tableSchema).min(1).readonly() });
type Attributes = z.output<typeof attributes>;

interface Channels {
  readonly channels: number;
  readonly run: number;
}

/** A table for each scale, `DecodeStateLut::Setup`. */
function channelsOf({ shape, quant }: TensorType): Channels {
  const elements = elementCount(shape);
  if (quant?.scheme !== 'per-axis') return { channels: 1, run: elements };
  const channels = quant.scales.length;
  if (channels > 1 && quant.axis === shape.length - 1) return { channels, run: 1 };
  if (quant.axis === 0) return { channels, run: elements / channels };
  throw shapeError(
    `has scales along axis ${quant.axis} of ${formatShape(shape)}, where TensorFlow Lite Micro decodes along the first or the last`,
  );
}

/** What stands behind the header. */
function heldValues({ shape }: TensorType, { dtype }: TensorType): number {
  return Math.floor((elementCount(shape) - LUT_HEADER_BYTES) / elementBytes(dtype));
}

function decodingOf({ bitWidth, stride }: Table, ancillary: TensorType, output: TensorType): LutDecoding {
  const { channels, run } = channelsOf(output);
  return {
    bitWidth,
    stride,
    elements: elementCount(output.shape),
    channels,
    run,
    tableValues: Math.min(heldValues(ancillary, output), (channels - 1) * stride + 2 ** bitWidth),
  };
}

function checkTable(table: Table, indices: TensorType, ancillary: TensorType, output: TensorType): void {
  requireDType('a tensor of indices', indices, 'uint8');
  requireDType('a tensor of tables', ancillary, 'uint8');
  requireDType('the output', output, 'int8', 'int16', 'int32', 'float32', 'bool', 'int64');
  const { channels } = channelsOf(output);
  const bytes = packedIndexBytes(elementCount(output.shape), table.bitWidth);
  if (elementCount(indices.shape) < bytes) {
    throw shapeError(
      `has ${counted(elementCount(indices.shape), 'byte')} of indices for ${formatShape(output.shape)}, which takes ${bytes}`,
    );
  }
  const held = heldValues(ancillary, output);
  if (held < Math.max(1, channels * table.stride)) {
    throw shapeError(
      `has ${counted(Math.max(0, held), 'value')} for ${counted(channels, 'table')} of ${table.stride}`,
    );
  }
}

const kernel = {
  prepare({ tables }: Attributes, inputs: readonly TensorType[], outputs: readonly TensorType[]) {
    return outputs.map((output, at) => ({
      ...decodingOf(tables[at], inputs[2 * at + 1], output),
      dtype: output.dtype,
    }));
  },
  build(decodings: readonly (LutDecoding & Pick<TensorType, 'dtype'>)[]) {
    const values = decodings.map(({ dtype, tableValues }) => allocate(dtype, tableValues));
    return {
      run(inputs: readonly TensorData[], outputs: readonly TensorData[]): void {
        for (let at = 0; at < decodings.length; at++) {
          const [indices, ancillary] = [inputs[2 * at], inputs[2 * at + 1]] as readonly Uint8Array[];
          decodeLut(decodings[at], indices, ancillary, values[at], outputs[at]);
        }
      },
    };
  },
};

/**
 * Makes tensors of indices and tables at every inference, mostly weights for the operator behind it. Operands are pairs of
 * packed indices and a header with tables, an output for each. A custom operator of TFLM, `decode.cc`.
 */
export const tflmDecode = defineOp({
  kind: 'tflm_decode',
  operands: ['parts...'],
  attributes,
  quantRule: { rule: 'none' },
  traits: OPAQUE,
  infer({ tables }, inputs) {
    if (inputs.length !== 2 * tables.length) {
      throw shapeError(
        `has ${counted(inputs.length, 'operand')} for ${counted(tables.length, 'output')}, where each takes two`,
      );
    }
    return tables.map(({ shape }) => shape);
  },
  check({ tables }, inputs, outputs) {
    for (const [at, output] of outputs.entries()) {
      checkTable(tables[at], inputs[2 * at], inputs[2 * at + 1], output);
    }
  },
  macs: noMacs,
  kernels: { uint8: kernel },
});
