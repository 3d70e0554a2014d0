import type { FirmwareTensor } from './firmware.ts';

/** Members of TFLM's `TfLitePtrUnion`. */
export const TENSOR_FIELDS = {
  int8: 'int8',
  uint8: 'uint8',
  int16: 'i16',
  int32: 'i32',
  float32: 'f',
  bool: 'b',
} as const satisfies Record<FirmwareTensor['element'], string>;
