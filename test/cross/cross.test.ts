import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { hasOperator, resolverMethod } from '../../src/targets/tflm/operators.ts';
import { type CompileOptions, runNative, runOnCortexM4, runSanitized, runWithClang } from './compile.ts';
import { missingClang, missingCortexM4, missingNative } from './probe.ts';
import { STUB_MODEL, stubModelSource } from './stub-model.ts';

const type: TensorType = { dtype: 'int8', shape: [1, 2], quant: perTensor(0.1, -3) };
const MODEL = stubModelSource({
  inputs: [type],
  outputs: [type],
  operators: ['FULLY_CONNECTED'],
  arenaBytes: 512,
  records: [
    { input: Uint8Array.of(1, 2), output: Uint8Array.of(3, 255) },
    { input: Uint8Array.of(4, 5), output: Uint8Array.of(6, 7) },
  ],
});

/** Root table at 16, its vtable at 8, version 3. */
const FILE = [16, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 6, 0, 8, 0, 4, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0];

const SKETCH = `#include <TensorFlowLite.h>
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "tensorflow/lite/schema/schema_generated.h"
alignas(16) const unsigned char g_model[] = {${FILE.join(', ')}};
alignas(16) uint8_t arena[ARENA];
tflite::MicroInterpreter* interpreter;
void setup() {
  tflite::InitializeTarget();
  static tflite::MicroMutableOpResolver<1> resolver;
  if (resolver.OPERATOR() != kTfLiteOk) return;
  const tflite::Model* model = tflite::GetModel(g_model);
  Serial.println(model->version() == TFLITE_SCHEMA_VERSION ? "schema" : "other schema");
  static tflite::MicroInterpreter it(model, resolver, arena, sizeof arena);
  interpreter = &it;
  Serial.println(it.AllocateTensors() == kTfLiteOk ? "allocated" : "not allocated");
}
void loop() {
  TfLiteTensor* input = interpreter->input(0);
  if (input == nullptr) return;
  static int8_t start = 1;
  input->data.int8[0] = start;
  input->data.int8[1] = static_cast<int8_t>(start + 1);
  start = static_cast<int8_t>(start + 3);
  const bool done = interpreter->Invoke() == kTfLiteOk;
  const TfLiteTensor* output = interpreter->output(0);
  MicroPrintf("%d: %d %d", done, output->data.int8[0], output->data.int8[1]);
  Serial.println(static_cast<double>(output->params.scale), 3);
}
`;

const sources = { 'sketch.ino': SKETCH, [STUB_MODEL]: MODEL };
const defines = { ARENA: '512', OPERATOR: 'AddFullyConnected' };
const ANSWERED = '1: 3 -1\r\n0.100\r\n1: 6 7\r\n0.100\r\n';
/** loop() runs twelve times, and two answers are recorded. */
const EXPECTED = `schema\r\nallocated\r\n${ANSWERED}${'0: 6 7\r\n0.100\r\n'.repeat(10)}`;

function itRuns(run: (files: Record<string, string>, options: CompileOptions) => unknown): void {
  it.each(['c++11', 'c++14', 'c++17'] as const)('runs a sketch with recorded answers, %s', (standard) => {
    expect(run(sources, { standard, defines })).toEqual({ stdout: EXPECTED, stderr: '', exitCode: 0 });
  });

  it('tells an operator that is not registered, and an arena that is too small', () => {
    expect(run(sources, { defines: { ...defines, OPERATOR: 'AddAdd' } })).toMatchObject({
      stdout: 'schema\r\nstub: FULLY_CONNECTED is not registered\r\nnot allocated\r\n',
    });
    expect(run(sources, { defines: { ...defines, ARENA: '511' } })).toMatchObject({
      stdout: 'schema\r\nstub: the arena is too small\r\nnot allocated\r\n',
    });
  });

  it('returns what main returns, and refuses a warning', () => {
    const main = (body: string) => ({ 'main.cc': `int main() { ${body} }` });
    expect(run(main('return 7;'), {})).toEqual({ stdout: '', stderr: '', exitCode: 7 });
    expect(() => run(main('int unused; return 0;'), {})).toThrow('-Werror=unused-variable');
  });
}

const noNative = missingNative();
describe.skipIf(noNative !== '')(`on this machine ${noNative}`, () => itRuns(runNative));

/** What is undefined behind what is written outside of an array, by the first argument. */
const FAULTS = `#include <stdio.h>
int main(void)
{
  volatile int large = 2147483647;
  volatile int index = 4;
  char bytes[4] = { 0 };
  puts("begins");
  fflush(stdout);
  if (FAULT == 1) large = large + 1;
  if (FAULT == 2) ((volatile char *)bytes)[index] = 1;
  return 0;
}
`;

function itWatches(run: typeof runSanitized): void {
  it('says what is undefined, and what lies outside', () => {
    const watched = (fault: string) => run({ 'main.c': FAULTS }, { defines: { FAULT: fault } });
    expect(watched('0')).toEqual({ stdout: 'begins\n', stderr: '', exitCode: 0 });
    expect(watched('1')).toMatchObject({
      stdout: 'begins\n',
      stderr: expect.stringMatching(/main\.c:9:.*runtime error: signed integer overflow/),
    });
    const { stderr, exitCode } = watched('2');
    expect(stderr).toMatch(/AddressSanitizer: stack-buffer-overflow/);
    expect(exitCode).toBeGreaterThan(0);
  });
}

describe.skipIf(noNative !== '')(`on this machine, watched by gcc ${noNative}`, () =>
  itWatches(runSanitized),
);

const noClang = missingClang();
describe.skipIf(noClang !== '')(`on this machine, watched by clang ${noClang}`, () =>
  itWatches(runWithClang),
);

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`on a Cortex-M4 ${noCortexM4}`, () => {
  itRuns(runOnCortexM4);

  it('has floats, 64-bit integers, constructors and data, and says when the processor faults', () => {
    const program = `#include <cmath>
#include <cstdint>
#include <cstdio>
volatile float two = 2;
struct Early { double root = static_cast<double>(std::sqrt(two)); };
static Early early;
int main() {
  volatile int64_t large = 3000000000;
  std::printf("%.6f %d\\n", early.root, static_cast<int>(large * 4 / 6000000));
  if (FAULT) *reinterpret_cast<volatile uint32_t*>(0xf0000000) = 1;
  return 0;
}`;
    const run = (fault: string) => runOnCortexM4({ 'main.cc': program }, { defines: { FAULT: fault } });
    expect(run('0')).toEqual({ stdout: '1.414214 2000\n', stderr: '', exitCode: 0 });
    expect(run('1').exitCode).toBe(98);
  });
});

describe('the stub resolver', () => {
  const header = fileURLToPath(
    new URL('./stubs/tensorflow/lite/micro/micro_mutable_op_resolver.h', import.meta.url),
  );
  const rows = [
    ...readFileSync(header, 'utf8').matchAll(/TfLiteStatus (\w+)\(\) \{ return Add\("(\w+)"\); \}/g),
  ];

  it('has the methods of the operator table', () => {
    expect(rows.length).toBe(100);
    for (const [, method, operator] of rows) {
      expect(resolverMethod(operator ?? '')).toBe(method);
      expect(hasOperator('tflm', operator ?? '')).toBe(true);
    }
  });
});
