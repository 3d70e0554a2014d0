/** What the recipes of quantization give and what they cost, on the development networks. */

import type { Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { official, otherSplits } from './noise.ts';
import { sizes } from './size.ts';
import { tensorflowRows } from './tensorflow.ts';
import { times } from './time.ts';
import { int4, int16 } from './types.ts';

export const quantization: Section = {
  noise: withShared('noise of int8', official),
  'other-splits': withShared('noise of int8 on other splits', otherSplits),
  size: withShared('size of int8', sizes),
  int16: withShared('int16 activations', int16),
  int4: withShared('weights of 4 bits', int4),
  tensorflow: withShared('the recipe tensorflow', tensorflowRows),
  time: withShared('time of quantization', times),
};
