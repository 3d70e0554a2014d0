/** What the recipes of quantization give and what they cost, on the development networks. */

import type { Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { official, otherSplits } from './noise.ts';
import { sizes } from './size.ts';
import { tensorflowRows } from './tensorflow.ts';
import { times } from './time.ts';

export const quantization: Section = {
  noise: withShared('noise of int8', official),
  'other-splits': withShared('noise of int8 on other splits', otherSplits),
  size: withShared('size of int8', sizes),
  tensorflow: withShared('the recipe tensorflow', tensorflowRows),
  time: withShared('time of quantization', times),
};
