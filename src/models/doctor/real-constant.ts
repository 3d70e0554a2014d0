import type { Value } from '../../ir/graph.ts';
import { scalesOver } from '../../passes/quantize/parameters.ts';

/** What a constant in integers stands for, element by element; undefined for what is no such constant. */
export function realConstant({ type, data }: Value): Float32Array | undefined {
  const { quant, shape } = type;
  if (quant === undefined || data === undefined) return undefined;
  const scaleAt = scalesOver(shape, quant);
  const zeroPoint = quant.scheme === 'per-tensor' ? quant.zeroPoint : 0;
  return Float32Array.from({ length: data.length }, (_, i) => scaleAt(i) * (Number(data[i]) - zeroPoint));
}
