/** BATCH_MATMUL */

import { unsupportedError } from '../../../../core/errors.ts';
import { reducedMultiplier } from '../../../../core/fixed-point.ts';
import type { BatchMatmulInt8 } from '../../../../kernels/int8/batch_matmul.ts';
import type { BatchMatmulInt16 } from '../../../../kernels/int16/batch_matmul.ts';
import type { MatrixProducts } from '../../../../kernels/matrices.ts';
import { stridesOf } from '../../../../kernels/move.ts';
import type { CDefinition } from '../../c-code.ts';
import { literalOf } from '../../constant-pool.ts';
import { MULTIPLY_MATRICES } from '../../definitions/matrices.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { loopsAround } from '../../loops.ts';

type Step<Prepared extends MatrixProducts> = CStep<unknown, Prepared>;

function multiplied(
  { prepared: p, label, constants }: Step<MatrixProducts>,
  definition: CDefinition,
  scales: string | undefined,
): Emission {
  const matrices = constants.addStruct(`${label}_matrices`, 'struct matrices', {
    rows: p.rows,
    columns: p.columns,
    depth: p.depth,
    a_row: p.a.own,
    a_depth: p.a.depth,
    b_column: p.b.own,
    b_depth: p.b.depth,
  });
  const { counts, stepsA, stepsB } = p.batches;
  // The last loop is that of the statement itself, which makes one product.
  const times = (steps: readonly number[], elements: number): number[] => [
    ...steps.map((step) => step * elements),
    0,
  ];
  const walk = {
    counts: [...counts, 2],
    steps: [
      times(stepsA, p.rows * p.depth),
      times(stepsB, p.depth * p.columns),
      times(stridesOf(counts), p.rows * p.columns),
    ],
  };
  return {
    definitions: [definition],
    call: (places) =>
      loopsAround(walk, (run) => {
        const operands = [places.input(0), places.input(1), places.output(0)].map((place, operand) =>
          run.at(operand, place),
        );
        const head = [`&${matrices}`, ...(scales === undefined ? [] : [`&${scales}`])];
        return `${definition.name}(${[...head, ...operands].join(', ')});`;
      }),
  };
}

export function batchMatmulFloat(step: Step<MatrixProducts>): Emission {
  return multiplied(step, MULTIPLY_MATRICES.float, undefined);
}

function addScales(
  { label, constants }: Step<MatrixProducts>,
  members: Readonly<Record<string, number>>,
): string {
  const texts = Object.fromEntries(
    Object.entries(members).map(([member, value]) => [member, literalOf(value)]),
  );
  return constants.addStruct(`${label}_scales`, 'struct matrix_scales', texts);
}

export function batchMatmulInt8(step: Step<BatchMatmulInt8>): Emission {
  const { zeroPointA, zeroPointB, multiplier, outputZeroPoint } = step.prepared;
  const scales = addScales(step, {
    a_zero: zeroPointA,
    b_zero: zeroPointB,
    multiplier: multiplier.multiplier,
    shift: multiplier.shift,
    zero_out: outputZeroPoint,
    least: -128 - outputZeroPoint,
    most: 127 - outputZeroPoint,
  });
  return multiplied(step, MULTIPLY_MATRICES.int8, scales);
}

/** Products of two int16 that 48 bits hold in any case. */
const MOST_PRODUCTS = 2 ** 17;

export function batchMatmulInt16(step: Step<BatchMatmulInt16>): Emission {
  const { multiplier, depth } = step.prepared;
  if (depth >= MOST_PRODUCTS) {
    throw unsupportedError('no-standalone-c', `sums ${depth} products, which could leave 48 bits`);
  }
  const scales = addScales(step, {
    a_zero: 0,
    b_zero: 0,
    multiplier: reducedMultiplier(multiplier.multiplier),
    shift: multiplier.shift,
    zero_out: 0,
    least: -32768,
    most: 32767,
  });
  return multiplied(step, MULTIPLY_MATRICES.int16, scales);
}
