import type { FullyConnectedInt8 } from '../../../kernels/int8/fully_connected.ts';
import { MULTIPLY_ROWS } from '../definitions/int8-rows.ts';
import type { CStep, Emission } from '../emitter.ts';
import { addRows } from '../int8-rows.ts';

/** Constant weights only; the rows of a batch one after another. */
export function fullyConnectedInt8({
  label,
  prepared,
  inputs,
  constants,
}: CStep<unknown, FullyConnectedInt8>): Emission {
  const { batches, depth, units } = prepared;
  const weights = inputs[1]?.data as Int8Array;
  const bias = inputs[2]?.data as Int32Array | undefined;
  const rows = addRows(constants, label, weights, { rows: units, length: depth }, bias, prepared);
  return {
    definitions: [MULTIPLY_ROWS],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      if (batches === 1) return `multiply_rows(&${rows}, ${input}, ${output});`;
      return `for (int32_t batch = 0; batch < ${batches}; batch++) {
  multiply_rows(&${rows}, ${input} + batch * ${depth}, ${output} + batch * ${units});
}`;
    },
  };
}
