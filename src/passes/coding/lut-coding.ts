/** The elements of a constant as indices into tables of the values that it has, in the fewest bytes. */

import { LUT_HEADER_BYTES, lutHeader, MOST_LUT_BITS, packIndices } from '../../core/coding/lut.ts';
import { bytesOf, elementBytes, elementCount, type TensorData, type TensorType } from '../../core/tensor.ts';
import type { AttributesOf } from '../../ops/index.ts';

/** The operands of a TFLM_DECODE, and what it is told of them. */
export interface LutCoding {
  readonly table: AttributesOf<'tflm_decode'>['tables'][number];
  readonly indices: Uint8Array;
  readonly ancillary: Uint8Array;
  /** The values of the largest table. */
  readonly values: number;
}

/** Which table an element is looked up in. */
interface Tables {
  readonly count: number;
  tableOf(index: number): number;
}

/** Elements are the same where their bits are: 0 and −0 are two. */
function bitPatterns(data: TensorData): Uint8Array | Uint16Array | Uint32Array | undefined {
  const bytes = bytesOf(data);
  const at = [bytes.buffer, bytes.byteOffset, data.length] as const;
  if (data.BYTES_PER_ELEMENT === 1) return new Uint8Array(...at);
  if (data.BYTES_PER_ELEMENT === 2) return new Uint16Array(...at);
  return data.BYTES_PER_ELEMENT === 4 ? new Uint32Array(...at) : undefined;
}

const ONE: Tables = { count: 1, tableOf: () => 0 };

/** The ways in which TFLM finds its tables: one for all, or one for each scale along the first axis or the last. */
function tablesOf({ shape, quant }: TensorType): readonly Tables[] {
  if (quant?.scheme !== 'per-axis') return [ONE];
  const count = quant.scales.length;
  if (quant.axis === 0) {
    const run = elementCount(shape) / count;
    return [ONE, { count, tableOf: (index) => Math.floor(index / run) }];
  }
  // It refuses a single scale along another axis than the first.
  return quant.axis === shape.length - 1 && count > 1
    ? [ONE, { count, tableOf: (index) => index % count }]
    : [];
}

/** Values by table, in the order in which numbers grow, so that equal weights give equal bytes. */
function valuesOf(patterns: ArrayLike<number>, { count, tableOf }: Tables): readonly (readonly number[])[] {
  const seen = Array.from({ length: count }, () => new Set<number>());
  for (let i = 0; i < patterns.length; i++) seen[tableOf(i)].add(patterns[i]);
  return seen.map((values) => [...values].sort((a, b) => a - b));
}

function codedIn(type: TensorType, patterns: ArrayLike<number>, tables: Tables): LutCoding | undefined {
  const values = valuesOf(patterns, tables);
  const most = Math.max(...values.map(({ length }) => length));
  const bitWidth = Math.max(1, Math.ceil(Math.log2(most)));
  if (bitWidth > MOST_LUT_BITS) return undefined;
  const places = values.map((known) => new Map(known.map((value, place) => [value, place])));
  const indices = Uint8Array.from(
    { length: patterns.length },
    (_, i) => places[tables.tableOf(i)].get(patterns[i]) as number,
  );
  const bytes = elementBytes(type.dtype);
  // One table for channels that have each a scale: TFLM stays at it with a stride of 0.
  const isShared = tables.count === 1 && type.quant?.scheme === 'per-axis';
  const form = { bitWidth, stride: isShared ? 0 : most };
  const ancillary = new Uint8Array(LUT_HEADER_BYTES + tables.count * most * bytes);
  ancillary.set(lutHeader(form));
  const view = new DataView(ancillary.buffer, LUT_HEADER_BYTES);
  for (const [table, known] of values.entries()) {
    for (const [place, value] of known.entries()) {
      for (let byte = 0; byte < bytes; byte++) {
        view.setUint8((table * most + place) * bytes + byte, (value >>> (8 * byte)) & 0xff);
      }
    }
  }
  return {
    table: { ...form, shape: type.shape },
    indices: packIndices(indices, bitWidth),
    ancillary,
    values: most,
  };
}

export function codedBytes({ indices, ancillary }: LutCoding): number {
  return indices.length + ancillary.length;
}

/** Undefined where the constant has too many values, or TFLM decodes none of its type. */
export function lutCoding(type: TensorType, data: TensorData): LutCoding | undefined {
  const patterns = type.dtype === 'int4' || type.dtype === 'uint8' ? undefined : bitPatterns(data);
  if (patterns === undefined) return undefined;
  return tablesOf(type)
    .flatMap((tables) => codedIn(type, patterns, tables) ?? [])
    .sort((a, b) => codedBytes(a) - codedBytes(b))
    .at(0);
}
