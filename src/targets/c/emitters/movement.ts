import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { copy } from './copy.ts';

export const MOVEMENT_EMITTERS = {
  batch_to_space_nd: { float32: NOT_YET, int8: NOT_YET },
  concatenation: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  depth_to_space: { float32: NOT_YET, int8: NOT_YET },
  expand_dims: { float32: copy, int8: copy, int16: copy },
  gather: { float32: NOT_YET, int8: NOT_YET },
  gather_nd: { float32: NOT_YET, int8: NOT_YET },
  mirror_pad: { float32: NOT_YET, int8: NOT_YET },
  pack: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  pad: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  padv2: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  reshape: { float32: copy, int8: copy, int16: copy, int32: copy, bool: copy },
  reverse_v2: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  slice: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  space_to_batch_nd: { float32: NOT_YET, int8: NOT_YET },
  space_to_depth: { float32: NOT_YET, int8: NOT_YET },
  split: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  split_v: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  squeeze: { float32: copy, int8: copy, int16: copy, int32: copy, bool: copy },
  strided_slice: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  transpose: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  unpack: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
} satisfies EmitterRows;
