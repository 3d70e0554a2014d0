import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { slide, type Window } from '../../../src/kernels/window.ts';
import { bytesBefore, type PixelBytes } from '../../../src/targets/c/window-overlap.ts';

function randomWindow(random: Random): Window {
  const [inputHeight, inputWidth] = [1 + random.below(6), 1 + random.below(6)];
  const [filterHeight, filterWidth] = [1 + random.below(3), 1 + random.below(3)];
  return {
    batches: 1 + random.below(2),
    ...{ inputHeight, inputWidth, filterHeight, filterWidth },
    outputHeight: 1 + random.below(6),
    outputWidth: 1 + random.below(6),
    strideHeight: 1 + random.below(2),
    strideWidth: 1 + random.below(2),
    dilationHeight: 1 + random.below(2),
    dilationWidth: 1 + random.below(2),
    padTop: random.below(filterHeight),
    padLeft: random.below(filterWidth),
  };
}

type Reads = Parameters<typeof bytesBefore>[2];

/** Whether every pixel is read whole where the output begins so many bytes before the input. */
function isSound(window: Window, bytes: PixelBytes, before: number, reads: Reads): boolean {
  const written = new Set<number>();
  let sound = true;
  let made = 0;
  const write = (pixel: number): void => {
    for (let byte = 0; byte < bytes.output; byte++) written.add(pixel * bytes.output + byte - before);
  };
  slide(window, {
    begin() {
      if (reads === 'as it writes') write(made++);
    },
    tap(pixel) {
      for (let byte = 0; byte < bytes.input; byte++)
        if (written.has(pixel * bytes.input + byte)) sound = false;
    },
    end(pixel) {
      if (reads === 'gathered') write(pixel);
    },
  });
  return sound;
}

it.each(['gathered', 'as it writes'] as const)('overwrites nothing that is still read, %s', (reads) => {
  const random = createRandom(1, 'windows over their inputs');
  for (let round = 0; round < 300; round++) {
    const window = randomWindow(random);
    const bytes = { input: 1 + random.below(4), output: 1 + random.below(4) };
    const before = bytesBefore(window, bytes, reads);
    const told = JSON.stringify({ window, bytes, before });
    for (const more of [0, 1, 7]) expect(isSound(window, bytes, before + more, reads), told).toBe(true);
  }
});

it('is tight for windows that slide by one pixel', () => {
  const window = {
    ...{ batches: 1, inputHeight: 8, inputWidth: 8, outputHeight: 8, outputWidth: 8 },
    ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1 },
    ...{ dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 },
  };
  // The row above and the pixel that is written; the one before it in that row is read no more.
  const bytes = { input: 16, output: 16 };
  expect(bytesBefore(window, bytes, 'gathered')).toBe(16 * 9);
  expect(isSound(window, bytes, 16 * 9 - 1, 'gathered')).toBe(false);
});
