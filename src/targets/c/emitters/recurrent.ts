import type { EmitterRows } from '../emitter.ts';
import { lstmFloat, lstmInt8, lstmInt16 } from './recurrent/lstm.ts';
import { svdfFloat, svdfInteger } from './recurrent/svdf.ts';
import { assignVariable, readVariable } from './variable.ts';

export const RECURRENT_EMITTERS = {
  assign_variable: {
    float32: assignVariable,
    int8: assignVariable,
    int16: assignVariable,
    int32: assignVariable,
  },
  read_variable: { float32: readVariable, int8: readVariable, int16: readVariable, int32: readVariable },
  svdf: { float32: svdfFloat, int8: svdfInteger },
  unidirectional_sequence_lstm: { float32: lstmFloat, int8: lstmInt8, int16: lstmInt16 },
} satisfies EmitterRows;
