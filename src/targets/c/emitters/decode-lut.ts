import { LUT_HEADER_BYTES } from '../../../core/coding/lut.ts';
import { type DType, elementBytes } from '../../../core/tensor.ts';
import type { LutDecoding } from '../../../kernels/decode_lut.ts';
import { DECODE_LUT } from '../definitions/decode-lut.ts';
import type { CStep, Emission } from '../emitter.ts';
import { pointerTo } from './movement/walk-code.ts';

/** TFLM_DECODE of look-up tables: at every inference, as TFLM does. */
export function decodeLut({
  label,
  prepared,
  constants,
}: CStep<unknown, readonly (LutDecoding & { readonly dtype: DType })[]>): Emission {
  const luts = prepared.map((p, at) =>
    constants.addStruct(`${label}_${at}_lut`, 'struct lut', {
      bits: p.bitWidth,
      stride: p.stride,
      elements: p.elements,
      channels: p.channels,
      run: p.run,
      values: p.tableValues,
      bytes: elementBytes(p.dtype),
    }),
  );
  return {
    definitions: [DECODE_LUT],
    call: (places) =>
      luts
        .map((lut, at) => {
          const tables = pointerTo('int8_t', true, places.input(2 * at + 1), LUT_HEADER_BYTES);
          const output = pointerTo('int8_t', false, places.output(at), 0);
          return `decode_lut(&${lut}, ${places.input(2 * at)}, ${tables}, ${output});`;
        })
        .join('\n'),
  };
}
