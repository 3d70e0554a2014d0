/**
 * Quantiles of every channel, exactly, of any number of samples: the radix search of Hoare's selection. float32 numbers in
 * order are 32-bit keys in order; three passes find 11, 11 and 10 bits of the keys wanted. 8 KiB for each value wanted of each channel.
 */

import type { Fitting } from './step.ts';

interface Digit {
  readonly shift: number;
  readonly bits: number;
}

const DIGITS: readonly Digit[] = [
  { shift: 21, bits: 11 },
  { shift: 10, bits: 11 },
  { shift: 0, bits: 10 },
];

/** Order of the bits as unsigned integers is then order of the numbers. */
function keyOf(bits: number): number {
  return (bits & 0x80000000) !== 0 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0;
}

function numberOf(key: number): number {
  const bits = (key & 0x80000000) !== 0 ? key ^ 0x80000000 : ~key;
  return new Float32Array(Uint32Array.of(bits >>> 0).buffer)[0];
}

/** The values of a channel whose keys begin with `prefix`, by the next digit. */
interface Bin {
  readonly prefix: number;
  readonly counts: Uint32Array;
}

/** One value that is wanted by its place in the order: among those of a bin, and in the end the bin's own. */
interface Search {
  rank: number;
  bin: Bin;
}

/** The bin of the value's next digit, shared by all that look there. */
function narrow(searches: readonly Search[], { bits }: Digit): void {
  const bins = new Map<number, Bin>();
  for (const search of searches) {
    const { counts, prefix } = search.bin;
    let digit = 0;
    while (search.rank >= counts[digit]) search.rank -= counts[digit++];
    const longer = prefix * 2 ** bits + digit;
    const bin = bins.get(longer) ?? { prefix: longer, counts: new Uint32Array(2 ** DIGITS[0].bits) };
    bins.set(longer, bin);
    search.bin = bin;
  }
}

function binsOf(searches: readonly Search[]): readonly Bin[] {
  return [...new Set(searches.map(({ bin }) => bin))];
}

/** The place of a quantile between two values of the order, as NumPy's default (linear) has it. */
function placeOf(fraction: number, count: number): { readonly below: number; readonly part: number } {
  const place = fraction * (count - 1);
  return { below: Math.floor(place), part: place - Math.floor(place) };
}

/**
 * For every channel the quantiles at `fractions`, in double precision between two neighbours. NaN is not counted; a channel
 * of nothing else has NaN for quantiles.
 */
export function channelQuantiles(
  channels: number,
  fractions: readonly number[],
): Fitting<readonly (readonly number[])[]> {
  const totals = new Uint32Array(channels);
  const first = Array.from({ length: channels }, () => new Uint32Array(2 ** DIGITS[0].bits));
  let searches: readonly (readonly Search[])[] = [];
  let bins: readonly (readonly Bin[])[] = [];
  let pass = 0;

  const startSearches = (): void => {
    searches = first.map((counts, channel) =>
      fractions.flatMap((fraction) => {
        if (totals[channel] === 0) return [];
        const { below } = placeOf(fraction, totals[channel]);
        const ranks = [below, Math.min(below + 1, totals[channel] - 1)];
        return ranks.map((rank) => ({ rank, bin: { prefix: 0, counts } }));
      }),
    );
  };

  const seeFirst = (keys: Uint32Array, samples: Float32Array): void => {
    for (let i = 0, channel = 0; i < samples.length; i++) {
      if (!Number.isNaN(samples[i])) {
        totals[channel]++;
        first[channel][keyOf(keys[i]) >>> DIGITS[0].shift]++;
      }
      if (++channel === channels) channel = 0;
    }
  };

  const seeNext = (keys: Uint32Array, samples: Float32Array): void => {
    const { shift, bits } = DIGITS[pass];
    const mask = 2 ** bits - 1;
    for (let i = 0, channel = 0; i < samples.length; i++) {
      if (!Number.isNaN(samples[i])) {
        const key = keyOf(keys[i]) >>> shift;
        const prefix = key >>> bits;
        for (const bin of bins[channel]) if (bin.prefix === prefix) bin.counts[key & mask]++;
      }
      if (++channel === channels) channel = 0;
    }
  };

  return {
    passes: DIGITS.length,
    see(samples) {
      const keys = new Uint32Array(samples.buffer, samples.byteOffset, samples.length);
      (pass === 0 ? seeFirst : seeNext)(keys, samples);
    },
    endPass() {
      if (pass === 0) startSearches();
      for (const own of searches) narrow(own, DIGITS[pass]);
      bins = searches.map(binsOf);
      pass++;
    },
    parameters: () =>
      searches.map((found, channel) =>
        fractions.map((fraction, index) => {
          if (totals[channel] === 0) return Number.NaN;
          const [low, high] = [
            numberOf(found[2 * index].bin.prefix),
            numberOf(found[2 * index + 1].bin.prefix),
          ];
          return low + (high - low) * placeOf(fraction, totals[channel]).part;
        }),
      ),
  };
}
