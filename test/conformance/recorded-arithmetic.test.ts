/** The fixed-point functions, and what softmax, logistic and tanh make of them, as recorded from TensorFlow Lite Micro. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  expOnNegativeValues,
  highMul,
  logisticQ4,
  multiplyByQuantizedMultiplier,
  multiplyWideByQuantizedMultiplier,
  oneOverOnePlus,
  quantizeMultiplier,
  roundingDivideByPowerOfTwo,
  tanhQ4,
} from '../../src/core/fixed-point.ts';
import { perTensor } from '../../src/core/quant-params.ts';
import { fixturePath } from '../fixtures.ts';
import { runOne } from '../ops/one-node.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';

interface Rows<Row> {
  readonly rows: readonly Row[];
}

interface Table {
  readonly input_scale: number;
  readonly input_zero_point: number;
  readonly table: readonly number[];
}

type Numbers = readonly number[];

/** By column: arguments first, the result last. */
interface Arithmetic {
  /** A double as a C99 hexadecimal literal, multiplier, shift. */
  readonly quantize_multiplier: Rows<readonly [string, number, number]>;
  readonly saturating_rounding_doubling_high_mul: Rows<Numbers>;
  readonly rounding_divide_by_pot: Rows<Numbers>;
  readonly multiply_by_quantized_multiplier_int32: Rows<Numbers>;
  readonly multiply_by_quantized_multiplier_int64: Rows<Numbers>;
  readonly exp_on_negative_values: Rows<Numbers>;
  readonly one_over_one_plus_x_for_x_in_0_1: Rows<Numbers>;
  readonly logistic_q4_27: Rows<Numbers>;
  readonly tanh_q4_27: Rows<Numbers>;
  /** Scale, beta, input, output. */
  readonly softmax_int8: Rows<readonly [number, number, Numbers, Numbers]>;
  readonly logistic_int8: { readonly tables: readonly Table[] };
  readonly tanh_int8: { readonly tables: readonly Table[] };
}

/** A C99 hexadecimal double literal. */
function hexDouble(literal: string): number {
  const match = /^(-?)0x([01])(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(literal);
  if (match === null) throw new Error(`not a hexadecimal double: ${literal}`);
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = BigInt(`0x${whole}${fraction}`);
  return (sign === '-' ? -1 : 1) * Number(digits) * 2 ** (Number(exponent) - 4 * fraction.length);
}

const FUNCTIONS = {
  saturating_rounding_doubling_high_mul: highMul,
  rounding_divide_by_pot: roundingDivideByPowerOfTwo,
  multiply_by_quantized_multiplier_int32: multiplyByQuantizedMultiplier,
  multiply_by_quantized_multiplier_int64: multiplyWideByQuantizedMultiplier,
  exp_on_negative_values: expOnNegativeValues,
  one_over_one_plus_x_for_x_in_0_1: oneOverOnePlus,
  logistic_q4_27: logisticQ4,
  tanh_q4_27: tanhQ4,
};

const FUNCTION_NAMES = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[];

interface Least {
  readonly rows: number;
  readonly softmaxRows: number;
  readonly tables: number;
}

function functionTests(path: string, least: Least): void {
  const recorded = JSON.parse(readFileSync(path, 'utf8')) as Arithmetic;

  it('quantize_multiplier', () => {
    const { rows } = recorded.quantize_multiplier;
    expect(rows.length).toBeGreaterThan(least.rows);
    for (const [real, multiplier, shift] of rows) {
      expect(quantizeMultiplier(hexDouble(real)), real).toEqual({ multiplier, shift });
    }
  });

  it.each(FUNCTION_NAMES)('%s', (name) => {
    const evaluate: (...operands: number[]) => number = FUNCTIONS[name];
    const { rows } = recorded[name];
    expect(rows.length).toBeGreaterThan(least.rows);
    for (const row of rows) expect(evaluate(...row.slice(0, -1)), JSON.stringify(row)).toBe(row.at(-1));
  });

  it('softmax of int8', () => {
    const { rows } = recorded.softmax_int8;
    expect(rows.length).toBeGreaterThan(least.softmaxRows);
    const quant = perTensor(1 / 256, -128);
    for (const [scale, beta, row, expected] of rows) {
      const type = { dtype: 'int8', shape: [1, row.length], quant: perTensor(scale, 0) } as const;
      const actual = runOne('softmax', { beta }, [{ type, data: Int8Array.from(row) }], { ...type, quant });
      expect(Array.from(actual, Number), `scale ${scale}, beta ${beta}, ${row}`).toEqual(expected);
    }
  });

  it.each(['logistic', 'tanh'] as const)('%s of int8', (kind) => {
    const { tables } = recorded[`${kind}_int8`];
    expect(tables.length).toBeGreaterThan(least.tables);
    const quant = kind === 'logistic' ? perTensor(1 / 256, -128) : perTensor(1 / 128, 0);
    const data = Int8Array.from({ length: 256 }, (_, index) => index - 128);
    for (const { input_scale, input_zero_point, table } of tables) {
      const type = { dtype: 'int8', shape: [256], quant: perTensor(input_scale, input_zero_point) } as const;
      const actual = runOne(kind, {}, [{ type, data }], { ...type, quant });
      expect(Array.from(actual, Number), `scale ${input_scale}`).toEqual(table);
    }
  });
}

describe('fixtures/tflm/arithmetic.json', () => {
  functionTests(fixturePath('tflm', 'arithmetic.json'), { rows: 100, softmaxRows: 70, tables: 3 });
});

const all = sharedPath('golden', 'arithmetic.json');
describe.skipIf(all === undefined)(`all recorded rows (${NO_SHARED})`, () => {
  if (all !== undefined) functionTests(all, { rows: 100, softmaxRows: 200, tables: 10 });
});
