/** Generated C is called from C++. */

import { expect, it } from 'vitest';
import { compileProgram } from '../../src/targets/c/program.ts';
import { runSanitized, runWithClang } from '../cross/compile.ts';
import { missingClang, missingNative } from '../cross/probe.ts';
import { networkCase } from './network-cases.ts';
import { sourcesOf } from './run-standalone.ts';

const COMPILERS = [
  { compiler: 'g++', missing: missingNative(), run: runSanitized },
  { compiler: 'clang++', missing: missingClang(), run: runWithClang },
] as const;

for (const { compiler, missing, run } of COMPILERS) {
  it.skipIf(missing !== '')(`by ${compiler} as C++11 ${missing}`, async () => {
    const { graph, inferences } = await networkCase(1, 'int8');
    const [{ inputs, expected }] = inferences;
    const main = `#include "model.h"
#include <cstdint>
#include <cstdio>
static const std::int8_t input[] = {${inputs[0].join(', ')}};
static const std::int8_t expected[] = {${expected[0].join(', ')}};
int main()
{
  std::int8_t output[sizeof expected];
  if (model_invoke(input, output) != MODEL_OK) return 1;
  for (std::size_t i = 0; i < sizeof expected; i++) {
    if (output[i] != expected[i]) return 2;
  }
  std::puts("ok");
  return 0;
}
`;
    const ran = run({ ...sourcesOf(compileProgram(graph)), 'main.cc': main }, { standard: 'c++11' });
    expect(ran).toEqual({ stdout: 'ok\n', stderr: '', exitCode: 0 });
  });
}
