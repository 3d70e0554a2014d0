import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const RECURRENT_EMITTERS = {
  assign_variable: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  read_variable: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  svdf: { float32: NOT_YET, int8: NOT_YET },
  unidirectional_sequence_lstm: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
} satisfies EmitterRows;
