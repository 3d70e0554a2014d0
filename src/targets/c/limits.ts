import type { Requantization } from '../../kernels/int8/requantize.ts';
import { literalOf } from './constant-pool.ts';

/**
 * Members of structs: limits of a result before its zero point is added. A sum with the zero point could leave 32 bits before
 * it is limited.
 */
export function limitsBeforeZeroPoint({ clampMin, clampMax, outputZeroPoint }: Requantization) {
  return {
    zero_out: outputZeroPoint,
    least: literalOf(clampMin - outputZeroPoint),
    most: literalOf(clampMax - outputZeroPoint),
  };
}
