/**
 * `.tflite` files of float models with smaller weights, for TensorFlow Lite on desktops and phones. TensorFlow Lite Micro
 * runs none of them, and every command says so of such a file.
 */

import { unsupportedError } from '../../core/errors.ts';
import type { WeightForm } from '../../core/model-type.ts';
import { FLOAT16_MAX, narrowFloat16, widenFloat16 } from '../../formats/float16.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import type { Graph, Value } from '../../ir/graph.ts';
import { withInt8Weights } from '../../passes/quantize/dynamic-range.ts';

/** What float16 would make infinite. */
function checkFloat16({ name, data }: Value): void {
  if (!(data instanceof Float32Array)) return;
  const halves = widenFloat16(narrowFloat16(data));
  const index = data.findIndex((value, i) => Number.isFinite(value) && !Number.isFinite(halves[i]));
  if (index < 0) return;
  throw unsupportedError(
    'float16-range',
    `the constant "${name}" holds ${data[index]} at index ${index}, and float16 ends at ${FLOAT16_MAX}`,
    'Convert with --dynamic-range or --float.',
  );
}

/**
 * The file of a float32 graph. With `dynamic-range`, weights of FULLY_CONNECTED have a scale for each unit where
 * `densePerChannel` says so. Throws `unsupported` errors for constants that float16 does not hold.
 */
export function writeDesktopModel(graph: Graph, weights: WeightForm, densePerChannel: boolean): Uint8Array {
  if (weights === 'dynamic-range') return writeTflite(withInt8Weights(graph, densePerChannel));
  for (const value of graph.values.values()) checkFloat16(value);
  return writeTflite(graph, { float16: true });
}
