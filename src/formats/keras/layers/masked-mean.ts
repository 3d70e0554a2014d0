/** The mean of the steps that count. */

import type { ValueId } from '../../../ir/graph.ts';
import { scalar } from '../../lowering/functions.ts';
import { stepSizes } from '../../lowering/recurrent/masked-steps.ts';
import type { LayerContext, LayerValue } from '../layer.ts';

/** The axis of [1, steps, depth]. */
const TIME = 1;

/**
 * [1, depth], or [1, 1, depth]. Where no step counts, Keras divides zero by zero; the mean is zero here, since chips make different
 * integers of what is no number.
 */
export function maskedMean(layer: LayerContext, masked: LayerValue): ValueId {
  const [, steps, depth] = masked.shape;
  const sizes = stepSizes(layer, 'mask', layer.reshape('masked', layer.narrow(masked), [steps, depth]));
  const column = layer.reshape('mask/column', sizes, [1, steps, 1]);
  const zero = scalar(layer, 'zero', 0);
  const one = scalar(layer, 'one', 1);
  const counts = layer.add('greater', 'mask/counts', {}, [column, zero]);
  const chosen = (part: string, value: ValueId): ValueId =>
    layer.add('select_v2', part, {}, [counts, value, zero], 'float32');
  const keepDims = layer.config.boolean('keepdims', false);
  const sum = (part: string, value: ValueId): ValueId =>
    layer.add('sum', part, { axes: [TIME], keepDims }, [value]);
  const total = sum('sum', chosen('counted', layer.narrow(layer.inputs[0])));
  const count = sum('mask/count', chosen('mask/ones', one));
  const divisor = layer.add('maximum', 'mask/divisor', {}, [count, one]);
  return layer.add('div', '', { activation: 'none' }, [total, divisor]);
}
