import { describe, expect, it } from 'vitest';
import { createHeap, type TrainingHeap } from '../../../src/kernels/training/heap.ts';
import type { LinkableKernels } from '../../../src/kernels/training/link-kernels.ts';

const BYTES = 2 ** 21;

function floatsOf({ buffer }: TrainingHeap): Float32Array {
  return new Float32Array(buffer);
}

function linkIn(heap: TrainingHeap, make: (kernels: LinkableKernels) => void): () => void {
  const linked = heap.link?.(make);
  if (linked === undefined) throw new Error('nothing was linked');
  return linked;
}

describe('linked kernels', () => {
  it('are called with what they were given, each time anew', () => {
    const heap = createHeap(BYTES, 'simd');
    const floats = floatsOf(heap);
    const double = linkIn(heap, (kernels) => kernels.add(0, 64, 4));
    floats.fill(3, 0, 4);
    double();
    double();
    expect([...floats.subarray(16, 21)]).toStrictEqual([6, 6, 6, 6, 0]);
  });

  it('take addresses and counts of any size', () => {
    const heap = createHeap(BYTES, 'simd');
    const floats = floatsOf(heap);
    const places = [60, 64, 124, 128, 252, 256, 8188, 8192, 16380, 16384, 2 ** 20 - 4, 2 ** 20, 2 ** 20 + 4];
    const linked = linkIn(heap, (kernels) => {
      for (const place of places) kernels.copyRows(0, 1, place, 1, 1, 1);
      kernels.clear(4, 3);
    });
    floats.fill(1, 0, 4);
    linked();
    const expected = new Float32Array(floats.length);
    expected[0] = 1;
    for (const place of places) expected[place / 4] = 1;
    expect(Buffer.compare(Buffer.from(heap.buffer), Buffer.from(expected.buffer))).toBe(0);
  });

  it('take real numbers as float32, in the order of the calls', () => {
    const heap = createHeap(BYTES, 'simd');
    const floats = floatsOf(heap);
    const linked = linkIn(heap, (kernels) => {
      kernels.scale(0, 1, 0.1);
      kernels.copyRows(0, 1, 16, 1, 1, 1);
      kernels.scale(0, 1, -1e-40);
      kernels.scale(4, 1, 3.5e38);
    });
    floats.fill(7, 0, 2);
    linked();
    const tenth = Math.fround(7 * Math.fround(0.1));
    expect(floats[4]).toBe(tenth);
    expect(floats[0]).toBe(Math.fround(tenth * Math.fround(-1e-40)));
    expect(floats[1]).toBe(Infinity);
  });

  it('are not linked where they are too many', () => {
    const heap = createHeap(BYTES, 'simd');
    const times = (count: number) =>
      heap.link?.((kernels) => {
        for (let i = 0; i < count; i++) kernels.clear(0, 1);
      });
    expect(times(4096)).toBeTypeOf('function');
    expect(times(4097)).toBeUndefined();
  });

  it('are WebAssembly', () => {
    expect(createHeap(BYTES, 'plain').link).toBeUndefined();
  });
});
