/** Scores as both kinds of firmware print them, and the host: halves away from zero, whatever a kit's printf does. */

import { describe, expect, it } from 'vitest';
import { LINE_OF_TEXT, REAL_IN_LINE } from '../../../../src/targets/c/project/test-code.ts';
import { textLineFiles } from '../../../../src/targets/firmware/text-line.ts';
import { runNative } from '../../../cross/compile.ts';
import { missingNative } from '../../../cross/probe.ts';

/** Steps of classes and of reconstructions, of which every eighth, and every second, is half a digit. */
const STEPS = Array.from({ length: 512 }, (_, i) => i / 256).concat(
  Array.from({ length: 256 }, (_, i) => i / 64),
  [-0.03125, -1.5, 99.99996, 1 / 3],
);
const VALUES = STEPS.map((value) => Math.fround(value));
const EXPECTED = VALUES.map((value) => value.toFixed(4));

const numbers = `static const float values[] = {${VALUES.map((value) => `${value.toExponential(9)}f`).join(',')}};\n`;
const loop = 'for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++)';

describe.skipIf(missingNative() !== '')(`scores in text ${missingNative()}`, () => {
  it('are those of the host, halves too, in C without an interpreter', () => {
    expect(EXPECTED).toContain('0.9063');
    const main = `#include <stdint.h>
#include <stdio.h>
${(LINE_OF_TEXT + REAL_IN_LINE).replaceAll('NAME', 'own')}
${numbers}int main(void)
{
  ${loop} {
    struct own_line line;
    line.length = 0;
    own_add_real(&line, values[i]);
    puts(line.text);
  }
  return 0;
}
`;
    expect(runNative({ 'main.c': main }).stdout.trim().split('\n')).toEqual(EXPECTED);
  });

  it('and in firmware of TensorFlow Lite Micro', () => {
    const files = Object.fromEntries(textLineFiles('cc').map(({ path, text }) => [path, text]));
    const main = `#include <cstdio>
#include "text_line.h"
${numbers}int main() {
  ${loop} {
    TextLine line;
    line.add_real(values[i]);
    std::puts(line.text());
  }
  return 0;
}
`;
    expect(
      runNative({ ...files, 'main.cc': main })
        .stdout.trim()
        .split('\n'),
    ).toEqual(EXPECTED);
  });
});
