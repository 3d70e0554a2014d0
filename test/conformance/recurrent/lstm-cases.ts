/** LSTM by its formulas: gates of a sum of two products, a cell that forgets and takes in, a state that is let out. */

import { type PerTensorQuant, perTensor } from '../../../src/core/quant-params.ts';
import type { Random } from '../../../src/core/random.ts';
import { elementCount, type TensorType } from '../../../src/core/tensor.ts';
import type { AttributesOf } from '../../../src/ops/index.ts';
import type { Operand } from '../../ops/one-node.ts';
import { drawInt8, drawQuant, floatOperand, int8Operand, int8Type, logUniform, oneOf } from '../draw.ts';
import { clampInt8, type Multiplier, multiplierOf, scaled } from '../exact.ts';
import type { Case } from '../exact-int8.ts';
import { activated, divideUp } from '../exact-sigmoid.ts';
import type { FloatCase } from '../float-cases.ts';

type Attributes = AttributesOf<'unidirectional_sequence_lstm'>;

const f = Math.fround;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const GATES = ['input', 'forget', 'cell', 'output'] as const;

/** Of `times` as many units and inputs. */
function drawExtents(random: Random, times = 1) {
  const [batches, steps, units] = [1 + random.below(2), 1 + random.below(3), times * (1 + random.below(4))];
  return { batches, steps, units, depth: times * (1 + random.below(4)), timeMajor: random.below(2) === 0 };
}

type Extents = ReturnType<typeof drawExtents>;

function sequenceShape({ batches, steps, timeMajor }: Extents, width: number): number[] {
  return timeMajor ? [steps, batches, width] : [batches, steps, width];
}

/** The row of input and output that belongs to a step of a batch. */
function rowOf({ batches, steps, timeMajor }: Extents, batch: number, step: number): number {
  return timeMajor ? step * batches + batch : batch * steps + step;
}

/** Of a value of 2^power each. */
function activatedPower(kind: 'sigmoid' | 'tanh', value: bigint, power: number): bigint {
  const x = power >= -12 ? (value * 3n) << BigInt(power + 12) : divideUp(value * 3n, -12 - power);
  return activated(kind, x);
}

const int16 = (x: bigint): bigint => (x < -32768n ? -32768n : x > 32767n ? 32767n : x);

/** With int8 activations. */
export function lstmInt8(random: Random, index: number, times = 1): Case<Attributes> {
  return lstmOf(random, index, false, times);
}

/** With int16 activations, whose zero point is 0, and biases of int64. */
export function lstmInt16(random: Random, index: number): Case<Attributes> {
  return lstmOf(random, index, true);
}

/** A sum of 64 bits times a multiplier of which 16 bits are left. */
function scaledWide(sum: bigint, { mantissa, shift }: Multiplier): bigint {
  const short = mantissa < 0x7fff0000n ? (mantissa + 0x8000n) / 0x10000n : 0x7fffn;
  return divideUp(sum * short, 15 - shift);
}

function lstmOf(random: Random, index: number, isWide: boolean, times = 1): Case<Attributes> {
  const dtype = isWide ? 'int16' : 'int8';
  const rescale = isWide ? scaledWide : scaled;
  const extents = drawExtents(random, times);
  const { batches, steps, units, depth } = extents;
  const power = oneOf(random, [-12, -11, -13, -15, -9]);
  const [input, hidden] = isWide
    ? [perTensor(logUniform(random, 1e-5, 1e-3), 0), perTensor(2 ** -15, 0)]
    : [drawQuant(random, 1e-3, 0.2), drawQuant(random, 4e-3, 0.02)];
  const cellClip = oneOf(random, [0, 0, 1, 10, 1e-9]);
  const activations = (shape: number[], quant: PerTensorQuant): Operand => {
    if (!isWide) return int8Operand(random, shape, quant, index);
    const data = Int16Array.from({ length: elementCount(shape) }, () => random.below(65536) - 32768);
    return { type: { dtype, shape, quant }, data };
  };
  const x = activations(sequenceShape(extents, depth), input);
  const weightsOf = (width: number) => {
    const scale = logUniform(random, 1e-4, 0.1);
    const data = drawInt8(random, units * width, index);
    const operand: Operand = { type: int8Type([units, width], perTensor(scale, 0)), data, constant: true };
    return { scale, data, operand };
  };
  const seen = GATES.map(() => weightsOf(depth));
  const kept = GATES.map(() => weightsOf(units));
  const drawn = (): number => (random.uint32() | 0) >> 14;
  const biases = GATES.map(() =>
    isWide
      ? BigInt64Array.from({ length: units }, () => BigInt(drawn()) * 1000n)
      : Int32Array.from({ length: units }, drawn),
  );
  const before = activations([batches, units], hidden);
  const c0 = Int16Array.from({ length: batches * units }, () => random.below(65536) - 32768);

  const product = (a: number, b: number): number => f(a * b) / 2 ** -12;
  const by = GATES.map((_, gate) => ({
    seen: multiplierOf(product(input.scale, seen[gate].scale)),
    kept: multiplierOf(product(hidden.scale, kept[gate].scale)),
  }));
  const toCell = multiplierOf(2 ** -30 / 2 ** power);
  const toHidden = multiplierOf(2 ** -30 / hidden.scale);
  const limit = BigInt(Math.trunc(Math.min(f(cellClip) / 2 ** power, 32767)));

  const h = Array.from(before.data, BigInt);
  const c = Array.from(c0, BigInt);
  const expected = new Array<number>(batches * steps * units);
  for (const batch of range(batches)) {
    for (const step of range(steps)) {
      const row = rowOf(extents, batch, step);
      const gates = GATES.map((name, gate) =>
        range(units).map((unit) => {
          let fromInput = BigInt(biases[gate][unit]);
          for (const i of range(depth)) {
            const centered = Number(x.data[row * depth + i]) - input.zeroPoint;
            fromInput += BigInt(seen[gate].data[unit * depth + i] * centered);
          }
          let fromHidden = 0n;
          for (const i of range(units)) {
            fromHidden +=
              BigInt(kept[gate].data[unit * units + i]) * (h[batch * units + i] - BigInt(hidden.zeroPoint));
          }
          const sum = int16(
            int16(rescale(fromInput, by[gate].seen)) + int16(rescale(fromHidden, by[gate].kept)),
          );
          return activatedPower(name === 'cell' ? 'tanh' : 'sigmoid', sum, -12);
        }),
      );
      for (const unit of range(units)) {
        const at = batch * units + unit;
        const old = int16(scaled(gates[1][unit] * c[at], multiplierOf(2 ** -15)));
        const fresh = int16(scaled(gates[0][unit] * gates[2][unit], toCell));
        const sum = int16(old + fresh);
        c[at] = cellClip === 0 ? sum : sum > limit ? limit : sum < -limit ? -limit : sum;
        const out = scaled(activatedPower('tanh', c[at], power) * gates[3][unit], toHidden);
        const shown = out + BigInt(hidden.zeroPoint);
        expected[row * units + unit] = isWide ? Number(int16(shown)) : clampInt8(shown);
      }
      for (const unit of range(units)) h[batch * units + unit] = BigInt(expected[row * units + unit]);
    }
  }
  const bias = (gate: number): Operand => ({
    type: {
      dtype: isWide ? 'int64' : 'int32',
      shape: [units],
      quant: perTensor(f(input.scale * seen[gate].scale), 0),
    },
    data: biases[gate],
    constant: true,
  });
  return {
    attributes: { cellClip, timeMajor: extents.timeMajor },
    operands: [
      x,
      ...seen.map(({ operand }) => operand),
      ...kept.map(({ operand }) => operand),
      ...range(4).map(bias),
      before,
      { type: { dtype: 'int16', shape: [batches, units], quant: perTensor(2 ** power, 0) }, data: c0 },
    ],
    output: { dtype, shape: sequenceShape(extents, units), quant: hidden },
    expected,
  };
}

export function lstmFloat(random: Random): FloatCase<Attributes> {
  const extents = drawExtents(random);
  const { batches, steps, units, depth, timeMajor } = extents;
  const cellClip = oneOf(random, [0, 0, 0.5]);
  const x = floatOperand(random, sequenceShape(extents, depth));
  const constants = (width: number): Operand[] =>
    GATES.map(() => ({ ...floatOperand(random, [units, width], 1), constant: true }));
  const [seen, kept] = [constants(depth), constants(units)];
  const biases = GATES.map(() => ({ ...floatOperand(random, [units], 1), constant: true }));
  const [h0, c0] = [floatOperand(random, [batches, units], 1), floatOperand(random, [batches, units], 1)];
  const [h, c] = [Array.from(h0.data, Number), Array.from(c0.data, Number)];
  const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
  const output: TensorType = { dtype: 'float32', shape: sequenceShape(extents, units) };
  const expected = new Array<number>(batches * steps * units);
  for (const batch of range(batches)) {
    for (const step of range(steps)) {
      const row = rowOf(extents, batch, step);
      const gates = GATES.map((name, gate) =>
        range(units).map((unit) => {
          let sum = Number(biases[gate].data[unit]);
          for (const i of range(depth)) {
            sum += Number(seen[gate].data[unit * depth + i]) * Number(x.data[row * depth + i]);
          }
          for (const i of range(units))
            sum += Number(kept[gate].data[unit * units + i]) * h[batch * units + i];
          return name === 'cell' ? Math.tanh(sum) : sigmoid(sum);
        }),
      );
      for (const unit of range(units)) {
        const at = batch * units + unit;
        const sum = gates[1][unit] * c[at] + gates[0][unit] * gates[2][unit];
        c[at] = cellClip === 0 ? sum : Math.max(-cellClip, Math.min(cellClip, sum));
        expected[row * units + unit] = Math.tanh(c[at]) * gates[3][unit];
      }
      for (const unit of range(units)) h[batch * units + unit] = expected[row * units + unit];
    }
  }
  return {
    attributes: { cellClip, timeMajor },
    operands: [x, ...seen, ...kept, ...biases, h0, c0],
    output,
    expected,
    // Sums of up to nine products, through functions that are no steeper than 1, a few times over.
    termSizes: expected.map(() => 20),
  };
}
