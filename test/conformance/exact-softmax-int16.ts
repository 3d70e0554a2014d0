/** Softmax of int16 in exact integers, from two functions drawn as 512 lines each. */

import { multiplierOf, scaled } from './exact.ts';

interface Drawn {
  readonly from: number;
  readonly to: number;
  readonly of: (x: number) => number;
}

const f = Math.fround;
const half = (x: number): number => Math.sign(x) * Math.round(Math.abs(x));

/** Ends of the lines in Q0.15, each moved by half of what its line is off in the middle. Places and values are float32. */
function lines({ from, to, of }: Drawn): bigint[] {
  const step = f((to - from) / 512);
  const at = (i: number, beyond = 0): number => f(of(f(f(from + f(i * step)) + beyond))) * 32768;
  return Array.from({ length: 513 }, (_, i) => {
    const point = half(at(i));
    const off = i === 512 ? 0 : half((at(i + 1) + point) / 2) - half(at(i, step / 2));
    return BigInt(Math.min(32767, point - half(off / 2)));
  });
}

/** So many steps of float32(span / 65535). */
const spanned = (span: number): number => f(f(span / 65535) * 65535);

const EXP = lines({ from: -spanned(10), to: 0, of: Math.exp });
const INVERSE = lines({ from: 0, to: spanned(1), of: (x) => 1 / f(1 + x) });

/** At 0 to 65535 of the way. */
function along(table: readonly bigint[], place: bigint): bigint {
  const within = place < 0n ? 0n : place > 65535n ? 65535n : place;
  const line = Number(within / 128n);
  const slope = table[line + 1] - table[line];
  return table[line] + ((slope * (within % 128n) + 64n) >> 7n);
}

/** One row; `scale` is that of the input times beta. */
export function softmaxInt16Row(row: readonly number[], scale: number): number[] {
  const toPlaces = multiplierOf(scale / (10 / 65535));
  const max = Math.max(...row);
  const exps = row.map((value) => along(EXP, scaled(BigInt(value - max), toPlaces) + 65535n));
  const sum = exps.reduce((total, exp) => total + exp, 0n);
  const bits = sum.toString(2).length;
  // From 2^(bits − 1) on, in 65536 steps up to the next power of 2, rounded.
  const place = (((sum << BigInt(31 - bits)) + 8192n) >> 14n) - 65536n;
  const inverse = along(INVERSE, place);
  return exps.map((exp) => {
    const share = (exp * inverse + (1n << BigInt(bits - 2))) >> BigInt(bits - 1);
    return Number(share > 32767n ? 32767n : share);
  });
}
