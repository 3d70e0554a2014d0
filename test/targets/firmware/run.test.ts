import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { normalize } from '../../../src/data/normalization.ts';
import { quantizeValue } from '../../../src/kernels/int8/quantize.ts';
import { parseSelfTestLine } from '../../../src/models/firmware/self-test-log.ts';
import { arduinoSketch } from '../../../src/targets/firmware/arduino-sketch.ts';
import { floatBitsLiteral } from '../../../src/targets/firmware/c-literal.ts';
import type { Firmware, GoldenVector } from '../../../src/targets/firmware/firmware.ts';
import { selfTestModel } from '../../../src/targets/firmware/self-test-line.ts';
import { runNative, runOnCortexM4 } from '../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../cross/probe.ts';
import { nodeFirmware, programSources, sampleFirmware } from './sample-firmware.ts';

type Run = typeof runNative;

const INPUT_QUANT = perTensor(0.0587732159, -128);
const OUTPUT_QUANT = perTensor(0.0268837772, -2);
const NORMALIZATION = {
  offset: [0.1, -1234.5, 1e-3].map(Math.fround),
  scale: [3.7, 0.0123, 1000.1].map(Math.fround),
};

/** Its scales and normalization are arbitrary; only model_io is compiled. */
function ioFirmware(): Firmware {
  const firmware = sampleFirmware('fc_w128');
  return {
    ...firmware,
    inputs: [{ ...firmware.inputs[0], quant: INPUT_QUANT }],
    outputs: [{ ...firmware.outputs[0], quant: OUTPUT_QUANT }],
    normalization: NORMALIZATION,
    decision: { kind: 'argmax' },
  };
}

function bitsOf(value: number): string {
  return floatBitsLiteral(value).slice(2);
}

/** Ties between steps, both ends of the range and their neighbours, what is no number, and random ones. */
function reals(random: Random): Float32Array {
  const { scale } = INPUT_QUANT;
  const ties = Array.from({ length: 260 }, (_, step) => (step - 1 + 0.5) * scale);
  const odd = [
    0,
    -0,
    Number.NaN,
    Infinity,
    -Infinity,
    3.4e38,
    -3.4e38,
    1e-45,
    -1e-45,
    2 ** 31,
    -(2 ** 31) * scale,
  ];
  const drawn = Array.from({ length: 400 }, () => random.normal() * 20);
  const values = Float32Array.from([...ties, ...odd, ...drawn]);
  const neighbours = [...values].flatMap((value) => [value * (1 + 2 ** -23), value * (1 - 2 ** -24)]);
  return Float32Array.from([...values, ...neighbours]);
}

const PROGRAM = (values: Float32Array, rows: readonly Int8Array[]): string => `#include <cstdio>
#include <cstring>
#include "model_io.h"
static const uint32_t kBits[] = {${Array.from(values, floatBitsLiteral).join(',')}};
static const int8_t kRows[][${rows[0].length}] = {${rows.map((row) => `{${row.join(',')}}`).join(',')}};
static float real(uint32_t bits) { float value; std::memcpy(&value, &bits, 4); return value; }
static unsigned long bits(float value) { uint32_t raw; std::memcpy(&raw, &value, 4); return raw; }
int main() {
  for (uint32_t one : kBits) std::printf("%d\\n", quantize_input(real(one)));
  int index = 0;
  for (uint32_t one : kBits) std::printf("%08lx\\n", bits(normalize_input(real(one), index++)));
  for (int q = -128; q < 128; ++q) std::printf("%08lx\\n", bits(dequantize_output(static_cast<int8_t>(q))));
  for (const auto& row : kRows) std::printf("%d\\n", argmax(row, ${rows[0].length}));
  return 0;
}
`;

/** The place of the first largest value. */
function largestPlace(row: Int8Array): number {
  return row.indexOf(Math.max(...row));
}

/** NaNs have many bit patterns. */
function anyNaN(line: string): string {
  return /^[7f]f[89a-f]/.test(line) && line.length === 8 ? 'nan' : line;
}

function testModelIo(run: Run): void {
  const random = createRandom(5, 'model-io test');
  const values = reals(random);
  const rows = Array.from({ length: 40 }, () => Int8Array.from({ length: 6 }, () => random.below(7) - 3));
  const files = arduinoSketch(ioFirmware(), { sketch: 'sine', library: 'chirale' }).filter(({ path }) =>
    /^model_(io|settings)\./.test(path),
  );
  const sources = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  const { stdout, exitCode } = run({ ...sources, 'main.cc': PROGRAM(values, rows) }, { standard: 'c++11' });
  expect(exitCode).toBe(0);
  const dequantized = Array.from({ length: 256 }, (_, index) =>
    bitsOf(OUTPUT_QUANT.scale * (index - 128 - OUTPUT_QUANT.zeroPoint)),
  );
  const expected = [
    ...Array.from(values, (value) => String(quantizeValue(value, INPUT_QUANT.scale, INPUT_QUANT.zeroPoint))),
    ...Array.from(normalize(values, NORMALIZATION), bitsOf),
    ...dequantized,
    ...rows.map((row) => String(largestPlace(row))),
  ];
  expect(stdout.trim().split('\n').map(anyNaN)).toEqual(expected.map(anyNaN));
}

/** Firmware whose recorded outputs differ in one place from what the interpreter gives. */
function altered(firmware: Firmware, vector: number, output: number, index: number, value: number): Firmware {
  const vectors = firmware.vectors.map((one, at): GoldenVector => {
    if (at !== vector) return one;
    const outputs = one.outputs.map((data) => data.slice());
    outputs[output][index] = value;
    return { ...one, outputs };
  });
  return { ...firmware, vectors };
}

/** The program has the altered vectors, the stub interpreter the right ones. */
function firstLine(run: Run, right: Firmware, wrong: Firmware): string {
  const files = arduinoSketch(wrong, { sketch: 'sine', library: 'chirale' });
  const { stdout, exitCode } = run(programSources(right, files), { standard: 'c++11' });
  expect(exitCode).toBe(0);
  return stdout.split('\r\n')[0];
}

function testAlteredVectors(run: Run): void {
  it('fails at a vector that was altered, and names it', () => {
    const right = sampleFirmware('split_axis_neg');
    const actual = Number(right.vectors[3].outputs[1][5]);
    const wrong = altered(
      altered(right, 3, 1, 5, actual ^ 1),
      4,
      0,
      0,
      Number(right.vectors[4].outputs[0][0]) ^ 2,
    );
    expect(parseSelfTestLine(firstLine(run, right, wrong))).toEqual({
      verdict: 'FAIL',
      model: selfTestModel(right.digest),
      vector: 3,
      output: 1,
      index: 5,
      expected: actual ^ 1,
      actual,
      mismatches: 2,
      vectors: 5,
      bytes: 240,
    });
  });

  it('fails at a float beyond its tolerance, and passes one within', () => {
    const right = sampleFirmware('softmax_f32', { bitExact: false });
    const value = Number(right.vectors[4].outputs[0][2]);
    expect(firstLine(run, right, altered(right, 4, 0, 2, value + 9e-6))).toContain(' PASS ');
    expect(firstLine(run, right, altered(right, 4, 0, 2, value + 1.2e-5))).toContain(' FAIL ');
    expect(firstLine(run, right, altered(right, 4, 0, 2, Number.NaN))).toContain(' FAIL ');
    const exact = { ...right, bitExact: true };
    expect(firstLine(run, exact, altered(exact, 4, 0, 2, value + 9e-6))).toContain(' FAIL ');
  });

  it('compares integers exactly that are as wide as a float, where the model computes in float', () => {
    const index = { dtype: 'int32', shape: [1] } as const;
    const floats = { inputs: [{ dtype: 'float32', shape: [1, 4] } as const], output: index };
    const right = nodeFirmware('arg_max', { axis: 1 }, floats, { bitExact: false });
    const value = Number(right.vectors[4].outputs[0][0]);
    expect(firstLine(run, right, right)).toContain(' PASS ');
    expect(firstLine(run, right, altered(right, 4, 0, 0, value ^ 1))).toContain(
      ` FAIL model=${selfTestModel(right.digest)} vector=4 output=0 index=0 expected=${value ^ 1} actual=${value} `,
    );
  });

  it('names an altered value of two bytes', () => {
    const type = (scale: number) => ({ dtype: 'int16', shape: [1, 4], quant: perTensor(scale, 0) }) as const;
    const right = nodeFirmware('quantize', {}, { inputs: [type(0.5)], output: type(0.25) });
    const wrong = altered(right, 2, 0, 3, -31000);
    expect(firstLine(run, right, wrong)).toContain(
      ' vector=2 output=0 index=3 expected=-31000 actual=32767 ',
    );
  });

  it('compares nothing where nothing is known, and says so', () => {
    const right = sampleFirmware('fc_w128');
    const vectors = right.vectors.map(({ inputs }) => ({ inputs, outputs: [] }));
    const line = firstLine(run, right, { ...right, vectors });
    expect(line).toBe(
      `tinyml-self-test UNPROVEN model=${selfTestModel(right.digest)} vectors=${vectors.length}`,
    );
    const unknown = { ...right, vectors: right.vectors.slice(0, 2) };
    expect(firstLine(run, unknown, { ...right, vectors })).toContain(' ERROR ');
  });

  it('says when Invoke fails, and when the model is another one', () => {
    const right = sampleFirmware('fc_w128');
    const model = selfTestModel(right.digest);
    const unknown = { ...right, vectors: right.vectors.slice(0, 2) };
    expect(firstLine(run, unknown, right)).toBe(`tinyml-self-test ERROR model=${model} vector=2 invoke`);
    const other = sampleFirmware('softmax_rank4', { operators: right.operators });
    expect(firstLine(run, other, right)).toBe(`tinyml-self-test ERROR model=${model} vector=0 input`);
  });
}

const noNative = missingNative();
describe.skipIf(noNative !== '')(`on this machine ${noNative}`, () => {
  it('model_io gives what the interpreter gives, bit for bit', () => testModelIo(runNative));
  testAlteredVectors(runNative);
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`on a Cortex-M4 ${noCortexM4}`, () => {
  it('model_io gives what the interpreter gives, bit for bit', () => testModelIo(runOnCortexM4));
  it('fails at a vector that was altered', () => {
    const right = sampleFirmware('fc_w128');
    const wrong = altered(right, 2, 0, 1, Number(right.vectors[2].outputs[0][1]) ^ 1);
    expect(firstLine(runOnCortexM4, right, wrong)).toMatch(/ FAIL model=\w+ vector=2 output=0 index=1 /);
  });
});
