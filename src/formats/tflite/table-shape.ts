/** What a FlatBuffers table holds, field by field; `generated/table-shapes.ts` says it for every table of the schema. */

export type ScalarType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** `id` is the field's place in the vtable. A union's own id is that of its value; the type lies one before. */
export type FieldShape =
  | { readonly id: number; readonly kind: 'scalar'; readonly type: ScalarType; readonly default: number }
  | { readonly id: number; readonly kind: 'scalars'; readonly type: ScalarType; readonly align?: number }
  | { readonly id: number; readonly kind: 'string' | 'strings' }
  | { readonly id: number; readonly kind: 'table' | 'tables'; readonly table: string }
  | { readonly id: number; readonly kind: 'union'; readonly members: Readonly<Record<number, string>> };

export type TableShape = Readonly<Record<string, FieldShape>>;

const SCALAR_BYTES: Readonly<Record<ScalarType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

export function scalarBytes(type: ScalarType): number {
  return SCALAR_BYTES[type];
}
