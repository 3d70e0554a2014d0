import { unsupportedError } from '../../../core/errors.ts';
import type { FullyConnectedInt8 } from '../../../kernels/int8/fully_connected.ts';
import { MULTIPLY_ROWS } from '../definitions/products/rows.ts';
import type { CStep, Emission, Emitter } from '../emitter.ts';
import { addRows, constantWeights, withRows } from '../int8-rows.ts';
import { forBatches } from './images/for-batches.ts';

/** Weights with a zero point have none once a conversion has written them. */
export function symmetricOnly(
  emitter: Emitter<unknown, FullyConnectedInt8>,
): Emitter<unknown, FullyConnectedInt8> {
  return (step) => {
    if (step.prepared.weightsZeroPoint === 0) return emitter(step);
    throw unsupportedError(
      'no-standalone-c',
      'has weights with a zero point',
      'Convert the file first: "tinyml convert" writes the same sums without.',
    );
  };
}

/** Constant weights only; the rows of a batch one after another. */
export function fullyConnectedInt8({
  label,
  prepared,
  inputs,
  constants,
}: CStep<unknown, FullyConnectedInt8>): Emission {
  const { batches, depth, units } = prepared;
  const weights = { ...constantWeights(inputs), rows: units, length: depth };
  const rows = addRows(constants, label, weights, prepared);
  // One instruction less for each output is not worth the code.
  const finish = rows.finish === 'rectified' ? 'bounded' : rows.finish;
  const multiply = MULTIPLY_ROWS[rows.form][finish];
  return {
    definitions: [multiply],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      return withRows(rows, places, (name) =>
        forBatches(
          batches,
          depth,
          units,
          (from, to) => `${multiply.name}(${name}, ${input}${from}, ${output}${to});`,
        ),
      );
    },
  };
}
