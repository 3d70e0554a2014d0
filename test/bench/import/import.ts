/** Networks that others trained: what reading them gives, and their int8 forms against those of others. */

import type { Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { endToEnd } from './end-to-end.ts';
import { kerasRows } from './keras-networks.ts';
import { onnxFloat, onnxInt8 } from './onnx-networks.ts';
import { onnxQuantized } from './quantized-networks.ts';
import { frozenGraphs, graphModels, savedModels } from './tensorflow-networks.ts';
import { wholeProcess } from './whole-process.ts';

export const importing: Section = {
  'onnx-float': withShared('ONNX networks in float32', onnxFloat),
  'onnx-int8': withShared('ONNX networks as int8', onnxInt8),
  'onnx-quantized': withShared('quantized ONNX networks', onnxQuantized),
  keras: withShared('recurrent Keras networks', kerasRows),
  'saved-model': withShared('SavedModels', savedModels),
  frozen: withShared('frozen graphs', frozenGraphs),
  'graph-model': withShared('graph models of TensorFlow.js', graphModels),
  'end-to-end': withShared('from every file to a sketch', endToEnd),
  'whole-process': wholeProcess,
};
