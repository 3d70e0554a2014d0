/** Tallies in memory of their own, into which every tensor is copied: with the bytes of `plainObserver`. */

import { alignUp } from '../../core/alignment.ts';
import type { Observer, Tally, TallyShape } from '../float/tally.ts';
import { simdExports } from './simd-instance.ts';
import type { Address } from './simd-plan.ts';

interface TallyKernels {
  tallyFloat(
    data: Address,
    count: number,
    channels: number,
    lows: Address,
    highs: Address,
    sums: Address,
    squares: Address,
    groupLows: Address,
    groupHighs: Address,
  ): void;
}

const PAGE_BYTES = 65536;
/** Beyond it an address would no longer be a positive int32. */
const MOST_BYTES = 2 ** 31 - PAGE_BYTES;

type Places = { readonly [Field in keyof Tally]: Address };

/** Where the arrays of every shape lie from `start` on, and where they end. */
function placeTallies(shapes: readonly TallyShape[], start: Address): { places: Places[]; end: Address } {
  let end = start;
  const take = (length: number, bytes: number): Address => {
    const at = end;
    end += alignUp(length * bytes);
    return at;
  };
  const places = shapes.map(({ elements, channels, groups }) => ({
    lows: take(elements, 4),
    highs: take(elements, 4),
    sums: take(elements, 8),
    squares: take(elements, 8),
    groupLows: take(groups * channels, 4),
    groupHighs: take(groups * channels, 4),
  }));
  return { places, end };
}

function tallyAt(buffer: ArrayBuffer, at: Places, { elements, channels, groups }: TallyShape): Tally {
  const inGroups = groups * channels;
  return {
    lows: new Float32Array(buffer, at.lows, elements),
    highs: new Float32Array(buffer, at.highs, elements),
    sums: new Float64Array(buffer, at.sums, elements),
    squares: new Float64Array(buffer, at.squares, elements),
    groupLows: new Float32Array(buffer, at.groupLows, inGroups),
    groupHighs: new Float32Array(buffer, at.groupHighs, inGroups),
  };
}

function reserve(bytes: number): { buffer: ArrayBuffer; kernels: TallyKernels } | undefined {
  if (bytes > MOST_BYTES) return undefined;
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const kernels = simdExports(memory) as TallyKernels | undefined;
    return kernels && { buffer: memory.buffer, kernels };
  } catch {
    return undefined;
  }
}

/** One for each shape; undefined where there is no SIMD, or not as much memory. */
export function simdObservers(shapes: readonly TallyShape[]): readonly Observer[] | undefined {
  const largest = shapes.reduce((most, { elements }) => Math.max(most, elements), 0);
  const { places, end } = placeTallies(shapes, alignUp(4 * largest));
  const room = reserve(end);
  if (room === undefined) return undefined;
  const { buffer, kernels } = room;
  const copy = new Float32Array(buffer, 0, largest);
  return shapes.map((shape, index) => {
    const at = places[index];
    const { elements, channels } = shape;
    return {
      tally: tallyAt(buffer, at, shape),
      observe(data, group) {
        copy.set(data);
        const start = 4 * group * channels;
        const [lows, highs] = [at.groupLows + start, at.groupHighs + start];
        kernels.tallyFloat(0, elements, channels, at.lows, at.highs, at.sums, at.squares, lows, highs);
      },
    };
  });
}
