/** Many samples of sound that is made here and in C alike, through the spectrum in integers on both sides. */

import type { FixedSpectrum } from '../../../../src/core/samples/fixed-spectrum.ts';
import type { Preparation } from '../../../../src/core/samples/preparation.ts';
import { applyPreparation } from '../../../../src/data/preparing/preparation.ts';
import { prepareHeader } from '../../../../src/targets/c/project/prepare-header.ts';
import type { CompileOptions, ProgramRun } from '../../../cross/compile.ts';

export const FRAMES_OF_A_SAMPLE = 25;

/** The same in C below: noise, square waves, tones of three kinds of loudness, impulses, extremes. */
function readingsOf(sample: number, into: Float32Array): void {
  let state = (sample * 2_654_435_761 + 12_345) >>> 0;
  const kind = sample % 6;
  const shift = (sample >> 2) % 16;
  for (let i = 0; i < into.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = state >> 16;
    const square = (i >> (shift & 7)) & 1 ? 32_767 : -32_768;
    const saw = ((i * (97 + 31 * shift)) << 16) >> 16;
    const value = [
      noise >> shift,
      square,
      saw >> shift,
      state % 97 === 0 ? square : 0,
      noise < 0 ? -32_768 : 32_767,
      (saw >> 1) + ((noise >> shift) >> 1),
    ][kind];
    into[i] = value / 32_768;
  }
}

function program(length: number, values: number, samples: number): string {
  return `#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "net_prepare.h"
static float values[NET_PREPARATION_LENGTH];
static int32_t halved(int32_t x, int32_t times) { return x >> times; }
static void readings_of(uint32_t sample)
{
  uint32_t state = sample * 2654435761u + 12345u;
  const int32_t shift = (int32_t)((sample >> 2) % 16u);
  int32_t i;
  for (i = 0; i < ${length}; i++) {
    state = state * 1664525u + 1013904223u;
    {
      const int32_t noise = (int16_t)(state >> 16);
      const int32_t square = ((i >> (shift & 7)) & 1) != 0 ? 32767 : -32768;
      const int32_t saw = (int16_t)(((uint32_t)i * (uint32_t)(97 + 31 * shift)) & 0xffffu);
      int32_t value = 0;
      switch (sample % 6u) {
      case 0: value = halved(noise, shift); break;
      case 1: value = square; break;
      case 2: value = halved(saw, shift); break;
      case 3: value = state % 97u == 0u ? square : 0; break;
      case 4: value = noise < 0 ? -32768 : 32767; break;
      default: value = halved(saw, 1) + halved(halved(noise, shift), 1); break;
      }
      values[i] = (float)value / 32768.0f;
    }
  }
}
int main(void)
{
  uint32_t sample;
  for (sample = 0; sample < ${samples}u; sample++) {
    int32_t i;
    readings_of(sample);
    net_prepare_input(values);
    for (i = 0; i < ${values}; i++) {
      uint32_t bits;
      memcpy(&bits, values + i, 4);
      printf("%lx ", (unsigned long)bits);
    }
    printf("\\n");
  }
  return 0;
}
`;
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

type Run = (sources: Readonly<Record<string, string>>, options: CompileOptions) => ProgramRun;

/** How many values are not the bits that preparing gives here, of `samples` samples. */
export function differingValues(
  run: Run,
  spectrum: FixedSpectrum,
  samples: number,
  options: CompileOptions,
): number {
  const length = spectrum.window + (FRAMES_OF_A_SAMPLE - 1) * spectrum.hop;
  const preparation: Preparation = {
    version: 1,
    inputShape: [length, 1],
    steps: [{ step: 'fixed-spectrum', parameters: spectrum }],
  };
  const values = FRAMES_OF_A_SAMPLE * spectrum.channels;
  const { stdout, stderr, exitCode } = run(
    {
      'net_prepare.h': prepareHeader(preparation, { name: 'net', macro: 'NET' }),
      'main.c': program(length, values, samples),
    },
    options,
  );
  const lines = stdout.trim().split('\n');
  if (exitCode !== 0 || lines.length !== samples) {
    throw new Error(`${lines.length} of ${samples} samples, exit code ${exitCode}: ${stderr}`);
  }
  const prepare = applyPreparation(preparation);
  const [readings, expected] = [new Float32Array(length), new Float32Array(values)];
  let count = 0;
  for (const [sample, line] of lines.entries()) {
    readingsOf(sample, readings);
    prepare(readings, 1, expected);
    for (const [i, text] of line.trim().split(' ').entries()) {
      FLOAT[0] = expected[i];
      if (Number.parseInt(text, 16) !== BITS[0]) count++;
    }
  }
  return count;
}
