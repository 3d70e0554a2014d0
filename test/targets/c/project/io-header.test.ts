/** `model_io.h` rounds as the interpreter does, and normalizes as training did. */

import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import { allocate, STEPPED_LIMITS, type SteppedDType, type TensorType } from '../../../../src/core/tensor.ts';
import { normalize } from '../../../../src/data/normalization.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import { fromTensor, toTensor } from '../../../../src/models/run/real-tensor.ts';
import { exportStandalone } from '../../../../src/models/standalone/export-standalone.ts';
import { floatBitsLiteral } from '../../../../src/targets/firmware/c-literal.ts';
import { runNative, runOnCortexM4 } from '../../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { oneNode } from '../../../ops/one-node.ts';

const NORMALIZATION = {
  offset: [0.1, -1234.5, 1e-3].map(Math.fround),
  scale: [3.7, 0.0123, 1000.1].map(Math.fround),
};

const TYPES = {
  int8: { dtype: 'int8', shape: [1, 4], quant: perTensor(0.0587732159, -128) },
  uint8: { dtype: 'uint8', shape: [1, 4], quant: perTensor(0.0268837772, 3) },
  int16: { dtype: 'int16', shape: [1, 4], quant: perTensor(0.000625, 3) },
  int32: { dtype: 'int32', shape: [1, 4], quant: perTensor(2 ** -15, 0) },
} as const satisfies Record<SteppedDType, TensorType>;

/** What TFLM's QUANTIZE makes of each. */
const PARTNERS = { int8: 'uint8', uint8: 'int8', int16: 'int32', int32: 'int16' } as const;

function headersOf(from: SteppedDType): Record<string, string> {
  const graph = oneNode('quantize', {}, [{ type: TYPES[from] }], TYPES[PARTNERS[from]]);
  const data = { seed: 1, normalization: NORMALIZATION };
  const { files } = exportStandalone(writeTflite(graph), { name: 'net', vectors: 1 }, data);
  return { 'net.h': files['net.h'], 'net_io.h': files['net_io.h'] };
}

/** Ties between steps, both ends of the range and their neighbours, what is no number, and random ones. */
function reals(random: Random, scale: number): Float32Array {
  const ties = Array.from({ length: 260 }, (_, step) => (step - 130 + 0.5) * scale);
  const ends = [8, 15, 16, 31, 32].flatMap((bits) => [2 ** bits * scale, -(2 ** bits) * scale]);
  const odd = [0, -0, Number.NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-45, -1e-45];
  const drawn = Array.from({ length: 300 }, () => random.normal() * 300 * scale);
  const values = Float32Array.from([...ties, ...ends, ...odd, ...drawn]);
  const neighbours = [...values].flatMap((value) => [value * (1 + 2 ** -23), value * (1 - 2 ** -24)]);
  return Float32Array.from([...values, ...neighbours]);
}

/** Both ends of a type and integers around zero, or all there are. */
function integers(dtype: SteppedDType, random: Random): number[] {
  const { min, max } = STEPPED_LIMITS[dtype];
  if (max - min < 256) return Array.from({ length: max - min + 1 }, (_, index) => min + index);
  return [
    min,
    min + 1,
    -1,
    0,
    1,
    max - 1,
    max,
    ...Array.from({ length: 200 }, () => random.below(2 ** 16) - 2 ** 15),
  ];
}

function program(dtype: SteppedDType, values: Float32Array, elements: readonly number[]): string {
  const literals = elements.map((element) => (element === -(2 ** 31) ? 'INT32_MIN' : element));
  return `#include <stdio.h>
#include <string.h>
#include "net_io.h"
static const uint32_t given[] = {${Array.from(values, floatBitsLiteral).join(',')}};
static const ${dtype}_t elements[] = {${literals.join(',')}};
static float real(uint32_t bits) { float value; memcpy(&value, &bits, 4); return value; }
static unsigned long bits(float value) { uint32_t raw; memcpy(&raw, &value, 4); return raw; }
int main(void) {
  for (uint32_t i = 0; i < ${values.length}u; i++) printf("%ld\\n", (long)net_quantize_input(real(given[i])));
  for (uint32_t i = 0; i < ${values.length}u; i++) printf("%08lx\\n", bits(net_normalize_input(real(given[i]), i)));
  for (uint32_t i = 0; i < ${elements.length}u; i++) printf("%08lx\\n", bits(net_dequantize_output(elements[i])));
  return 0;
}
`;
}

/** NaNs have many bit patterns. */
function anyNaN(line: string): string {
  return /^[7f]f[89a-f]/.test(line) && line.length === 8 ? 'nan' : line;
}

function bitsOf(value: number): string {
  return floatBitsLiteral(value).slice(2);
}

function testType(run: typeof runNative, from: SteppedDType): void {
  const random = createRandom(5, from);
  const [type, to] = [TYPES[from], TYPES[PARTNERS[from]]];
  const values = reals(random, type.quant.scale);
  const elements = integers(to.dtype, random);
  const { stdout, exitCode } = run(
    { ...headersOf(from), 'main.c': program(to.dtype, values, elements) },
    { strict: true },
  );
  expect(exitCode).toBe(0);
  const quantized = allocate(from, values.length);
  toTensor(type, values, quantized);
  const stored = allocate(to.dtype, elements.length) as Int32Array;
  stored.set(elements);
  const dequantized = new Float32Array(elements.length);
  fromTensor(to, stored, dequantized);
  const expected = [
    ...Array.from(quantized, String),
    ...Array.from(normalize(values, NORMALIZATION), bitsOf),
    ...Array.from(dequantized, bitsOf),
  ];
  expect(stdout.trim().split(/\r?\n/).map(anyNaN)).toEqual(expected.map(anyNaN));
}

const noNative = missingNative();
describe.skipIf(noNative !== '')(`model_io.h on this machine ${noNative}`, () => {
  it.each(['int8', 'uint8', 'int16', 'int32'] as const)('%s', (type) => testType(runNative, type));
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`model_io.h on a Cortex-M4 ${noCortexM4}`, () => {
  it.each(['int8', 'int32'] as const)('%s', (type) => testType(runOnCortexM4, type));
});
