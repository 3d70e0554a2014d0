import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const ACTIVATIONS_EMITTERS = {
  elu: { float32: NOT_YET, int8: NOT_YET },
  hard_swish: { float32: NOT_YET, int8: NOT_YET },
  leaky_relu: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  logistic: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  prelu: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  relu: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  relu6: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  softmax: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  tanh: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
} satisfies EmitterRows;
