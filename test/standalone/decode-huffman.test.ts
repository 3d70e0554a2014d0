/** The decoder of Huffman codes in C, alone: what TypeScript coded comes out, and damaged codes harm nothing around. */

import { expect, it } from 'vitest';
import { encodeHuffman } from '../../src/core/coding/huffman.ts';
import { createRandom } from '../../src/core/random.ts';
import { inOrder } from '../../src/targets/c/c-code.ts';
import { DECODE_HUFFMAN } from '../../src/targets/c/definitions/decode-huffman.ts';
import { runOnCortexM4, runSanitized } from '../cross/compile.ts';
import { missingCortexM4, missingNative } from '../cross/probe.ts';

/** Each byte as often as the two before it together: without a bound, codes of 21 bits. */
function fibonacci(symbols: number): Uint8Array {
  const bytes: number[] = [];
  for (let symbol = 0, a = 1, b = 1; symbol < symbols; symbol++, [a, b] = [b, a + b]) {
    for (let i = 0; i < a; i++) bytes.push(symbol);
  }
  return Uint8Array.from(bytes);
}

const random = createRandom(3, 'decode huffman');
const DATA: Readonly<Record<string, Uint8Array>> = {
  'one byte': Uint8Array.of(7),
  'one byte again and again': new Uint8Array(1000).fill(200),
  'two bytes': Uint8Array.of(0, 128, 0, 0),
  'every byte once': Uint8Array.from({ length: 256 }, (_, byte) => byte),
  'the longest codes': fibonacci(22),
  'mostly zeros': Uint8Array.from({ length: 3000 }, () => (random.uniform() < 0.7 ? 0 : random.below(256))),
  'eight bits of each': Uint8Array.from({ length: 3000 }, () => random.below(256)),
};

function arrays(): string {
  return Object.values(DATA)
    .map((bytes, index) => {
      const codes = encodeHuffman(bytes) as Uint8Array;
      return `static const uint8_t codes_${index}[] = {${codes.join(',')}};\nstatic const uint8_t bytes_${index}[] = {${bytes.join(',')}};\n`;
    })
    .join('');
}

function program(calls: (index: number) => string, functions: string): Record<string, string> {
  const definitions = inOrder([DECODE_HUFFMAN]).map(({ text }) => text);
  return {
    'main.c': `#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
${definitions.join('\n')}${arrays()}${functions}int main(void)
{
${Object.keys(DATA)
  .map((_, index) => calls(index))
  .join('')}  puts("end");
  return 0;
}
`,
  };
}

const COMPARED = program(
  (index) =>
    `  check(${index}, codes_${index}, sizeof codes_${index}, bytes_${index}, sizeof bytes_${index});\n`,
  `static void check(int index, const uint8_t *codes, uint32_t code_bytes, const uint8_t *bytes, uint32_t count)
{
  static int8_t output[1 << 16];
  memset(output, 0x55, sizeof output);
  decode_huffman(codes, code_bytes, output, count);
  if (memcmp(output, bytes, count) != 0) printf("%d differs\\n", index);
  if (output[count] != 0x55) printf("%d writes behind its end\\n", index);
}
`,
);

it.skipIf(missingNative() !== '')(`gives back what was coded ${missingNative()}`, () => {
  expect(runSanitized(COMPARED).stdout).toBe('end\n');
});

it.skipIf(missingCortexM4() !== '')(`gives it back on a Cortex-M4 ${missingCortexM4()}`, () => {
  expect(runOnCortexM4(COMPARED).stdout).toBe('end\n');
});

/** Every byte of the tables and some of the codes are everything that one bit makes of them, 0 and 255; all in memory of their size. */
const DAMAGED = program(
  (index) =>
    `  damage(codes_${index}, sizeof codes_${index}, 500 < sizeof bytes_${index} ? 500 : sizeof bytes_${index});\n`,
  `static void decode_copy(const uint8_t *codes, uint32_t code_bytes, uint32_t count)
{
  int8_t *output = malloc(count);
  decode_huffman(codes, code_bytes, output, count);
  free(output);
}
static void damage(const uint8_t *codes, uint32_t code_bytes, uint32_t count)
{
  uint8_t *copy = malloc(code_bytes);
  uint32_t at;
  int bit;
  memcpy(copy, codes, code_bytes);
  for (at = 0; at < code_bytes && at < 320u; at++) {
    for (bit = 0; bit < 8; bit++) {
      copy[at] = (uint8_t)(codes[at] ^ 1 << bit);
      decode_copy(copy, code_bytes, count);
    }
    copy[at] = 0;
    decode_copy(copy, code_bytes, count);
    copy[at] = 255;
    decode_copy(copy, code_bytes, count);
    copy[at] = codes[at];
  }
  for (at = 0; at < 2000u; at++) {
    uint32_t i;
    for (i = 0; i < code_bytes; i++) copy[i] = (uint8_t)rand();
    copy[0] = (uint8_t)(at % 17u);
    if (at % 2u == 0u) memset(copy + 1, 0, code_bytes < 25u ? code_bytes - 1u : 24u);
    decode_copy(copy, code_bytes, count);
  }
  for (at = 5; at < code_bytes && at < 600u; at++) {
    uint8_t *cut = malloc(at);
    memcpy(cut, codes, at);
    decode_copy(cut, at, count);
    free(cut);
  }
  free(copy);
}
`,
);

it.skipIf(missingNative() !== '')(
  `reads and writes nothing outside, whatever is damaged ${missingNative()}`,
  () => {
    const { stdout, stderr } = runSanitized(DAMAGED);
    expect(`${stderr}${stdout}`).toBe('end\n');
  },
);
