import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { assignVariable, readVariable } from './variable.ts';

export const RECURRENT_EMITTERS = {
  assign_variable: {
    float32: assignVariable,
    int8: assignVariable,
    int16: assignVariable,
    int32: assignVariable,
  },
  read_variable: { float32: readVariable, int8: readVariable, int16: readVariable, int32: readVariable },
  svdf: { float32: NOT_YET, int8: NOT_YET },
  unidirectional_sequence_lstm: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
} satisfies EmitterRows;
