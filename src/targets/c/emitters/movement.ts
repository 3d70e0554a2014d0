import type { EmitterRows } from '../emitter.ts';
import { copy } from './copy.ts';
import { join } from './movement/join.ts';
import { mirrorPad } from './movement/mirror-pad.ts';
import { pad, padWithOperand } from './movement/pad.ts';
import { batchToSpace, gather, gatherNd } from './movement/picks.ts';
import { strided } from './movement/strided.ts';

export const MOVEMENT_EMITTERS = {
  batch_to_space_nd: { float32: batchToSpace, int8: batchToSpace },
  concatenation: { float32: join, int8: join, int16: join, int32: join, bool: join },
  depth_to_space: { float32: strided, int8: strided },
  expand_dims: { float32: copy, int8: copy, int16: copy },
  gather: { float32: gather, int8: gather },
  gather_nd: { float32: gatherNd, int8: gatherNd },
  mirror_pad: { float32: mirrorPad, int8: mirrorPad },
  pack: { float32: join, int8: join, int16: join, int32: join },
  pad: { float32: pad, int8: pad, int16: pad, int32: pad },
  padv2: { float32: padWithOperand, int8: padWithOperand, int16: padWithOperand, int32: padWithOperand },
  reshape: { float32: copy, int8: copy, int16: copy, int32: copy, bool: copy },
  reverse_v2: { float32: strided, int8: strided, int16: strided, int32: strided, bool: strided },
  slice: { float32: strided, int8: strided, int16: strided, int32: strided, bool: strided },
  space_to_batch_nd: { float32: strided, int8: strided },
  space_to_depth: { float32: strided, int8: strided },
  split: { float32: strided, int8: strided, int16: strided, int32: strided },
  split_v: { float32: strided, int8: strided, int16: strided, int32: strided },
  squeeze: { float32: copy, int8: copy, int16: copy, int32: copy, bool: copy },
  strided_slice: { float32: strided, int8: strided, int16: strided, int32: strided, bool: strided },
  transpose: { float32: strided, int8: strided, int16: strided },
  unpack: { float32: strided, int8: strided, int16: strided, int32: strided },
} satisfies EmitterRows;
