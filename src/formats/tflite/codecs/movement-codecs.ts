/** Rows of the codec table for operators that move elements. Most keep their attributes in constant inputs. */

import { axisCodecs } from './movement/axis-codecs.ts';
import { blockCodecs } from './movement/block-codecs.ts';
import { paddingCodecs } from './movement/padding-codecs.ts';
import { partCodecs } from './movement/part-codecs.ts';
import { selectionCodecs } from './movement/selection-codecs.ts';

export const movementCodecs = {
  ...axisCodecs,
  ...blockCodecs,
  ...paddingCodecs,
  ...partCodecs,
  ...selectionCodecs,
};
