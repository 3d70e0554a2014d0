/** What one frame of a spectrum in integers takes on an emulated Cortex-M4. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FixedSpectrum } from '../../../src/core/samples/fixed-spectrum.ts';
import { instructionsOf } from '../../../src/targets/c/emulated/board.ts';
import { prepareHeader } from '../../../src/targets/c/project/prepare-header.ts';
import { build, run, sectionBytes } from '../standalone/emulate.ts';

export interface FrameCost {
  /** From float readings to float features. */
  readonly instructions: number;
  readonly codeBytes: number;
  readonly tableBytes: number;
}

/** Prints the ticks of one frame of noise. */
function harness({ window, channels }: FixedSpectrum): string {
  return `#include <stdint.h>
#include <stdio.h>
#define CSR (*(volatile uint32_t *)0xE000E010)
#define RELOAD (*(volatile uint32_t *)0xE000E014)
#define NOW (*(volatile uint32_t *)0xE000E018)
void features(const float *from, float *into);
static float from[${window}];
static float into[${channels}];
static uint32_t __attribute__((noinline)) nothing(void) { return NOW; }
int main(void)
{
  uint32_t start, end, none, state = 1;
  int i;
  for (i = 0; i < ${window}; i++) {
    state = state * 1664525u + 1013904223u;
    from[i] = (float)(int16_t)(state >> 16) / 131072.0f;
  }
  RELOAD = 0xffffffu; NOW = 0; CSR = 5;
  start = nothing(); end = nothing(); none = (start - end) & 0xffffffu;
  start = nothing();
  features(from, into);
  end = nothing();
  printf("%lu\\n", (unsigned long)(((start - end) & 0xffffffu) - none));
  return 0;
}
`;
}

/** One frame, as `prepare_input` calls it. */
function frameSource({ noise }: FixedSpectrum): string {
  const state = noise === undefined ? '' : '  static struct net_step_1_state state;\n';
  return `#include "net_prepare.h"
void features(const float *from, float *into);
void features(const float *from, float *into)
{
${state}  net_step_1(${noise === undefined ? '' : '&state, '}from, into);
}
`;
}

export function frameCost(spectrum: FixedSpectrum, level: '-O2' | '-Os'): FrameCost {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-features-'));
  try {
    const header = prepareHeader(
      {
        version: 1,
        inputShape: [spectrum.window, 1],
        steps: [{ step: 'fixed-spectrum', parameters: spectrum }],
      },
      { name: 'net', macro: 'NET' },
    );
    writeFileSync(join(folder, 'net_prepare.h'), header);
    build(
      folder,
      level,
      { 'features.c': frameSource(spectrum), 'main.c': harness(spectrum) },
      'features.elf',
    );
    const [ticks] = run(folder, 'features.elf');
    return {
      instructions: instructionsOf(ticks),
      codeBytes: sectionBytes(folder, level, 'features', 'text'),
      tableBytes: sectionBytes(folder, level, 'features', 'rodata'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
