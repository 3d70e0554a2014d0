/**
 * The Fourier transform of real int16, as kissfft 130 computes it with `FIXED_POINT` 16: every step divided by its radix, every
 * product rounded to 15 bits, every sum taken modulo 2^16.
 */

/** Complex numbers, 1 being 32767. */
interface Complex {
  readonly re: Int16Array;
  readonly im: Int16Array;
}

/** `S_MUL`: the sum of two products of int16 and numbers of at most 2^15, which int32 holds. */
const rounded = (product: number): number => ((product + 16384) << 1) >> 16;

/** `C_FIXDIV`: quotients are products with these. */
const HALF = 16383;
const QUARTER = 8191;

/** Where each of the numbers of a transform comes from: the digits of its place reversed, base 4, the last one base 2 if it must. */
export function transformOrder(count: number): Uint16Array {
  const order = new Uint16Array(count);
  const place = (to: number, rest: number, from: number, stride: number): void => {
    if (rest === 1) {
      order[to] = from;
      return;
    }
    const radix = rest % 4 === 0 ? 4 : 2;
    for (let digit = 0; digit < radix; digit++) {
      place(to + (digit * rest) / radix, rest / radix, from + digit * stride, stride * radix);
    }
  };
  place(0, count, 0, 1);
  return order;
}

/** `kf_bfly2` of neighbours, whose only factor is 1: a product with 32767 leaves a half of an int16 as it is. */
function pairs({ re, im }: Complex): void {
  for (let a = 0; a < re.length; a += 2) {
    const [aRe, aIm] = [rounded(re[a] * HALF), rounded(im[a] * HALF)];
    const [bRe, bIm] = [rounded(re[a + 1] * HALF), rounded(im[a + 1] * HALF)];
    re[a] = aRe + bRe;
    im[a] = aIm + bIm;
    re[a + 1] = aRe - bRe;
    im[a + 1] = aIm - bIm;
  }
}

/** `kf_bfly4` on all blocks of 4 · `span` numbers; int16 arrays wrap what is written to them. */
function quadruples({ re, im }: Complex, turns: Complex, span: number): void {
  const stride = re.length / (4 * span);
  for (let k = 0; k < span; k++) {
    const [re1, im1] = [turns.re[k * stride], turns.im[k * stride]];
    const [re2, im2] = [turns.re[2 * k * stride], turns.im[2 * k * stride]];
    const [re3, im3] = [turns.re[3 * k * stride], turns.im[3 * k * stride]];
    for (let a = k; a < re.length; a += 4 * span) {
      const [b, c, d] = [a + span, a + 2 * span, a + 3 * span];
      const [aRe, aIm] = [rounded(re[a] * QUARTER), rounded(im[a] * QUARTER)];
      const [bRe, bIm] = [rounded(re[b] * QUARTER), rounded(im[b] * QUARTER)];
      const [cRe, cIm] = [rounded(re[c] * QUARTER), rounded(im[c] * QUARTER)];
      const [dRe, dIm] = [rounded(re[d] * QUARTER), rounded(im[d] * QUARTER)];
      const [pRe, pIm] = [rounded(bRe * re1 - bIm * im1), rounded(bRe * im1 + bIm * re1)];
      const [qRe, qIm] = [rounded(cRe * re2 - cIm * im2), rounded(cRe * im2 + cIm * re2)];
      const [rRe, rIm] = [rounded(dRe * re3 - dIm * im3), rounded(dRe * im3 + dIm * re3)];
      const [sumRe, sumIm] = [aRe + qRe, aIm + qIm];
      const [restRe, restIm] = [aRe - qRe, aIm - qIm];
      const [oddRe, oddIm] = [pRe + rRe, pIm + rIm];
      const [turnRe, turnIm] = [pIm - rIm, rRe - pRe];
      re[a] = sumRe + oddRe;
      im[a] = sumIm + oddIm;
      re[b] = restRe + turnRe;
      im[b] = restIm + turnIm;
      re[c] = sumRe - oddRe;
      im[c] = sumIm - oddIm;
      re[d] = restRe - turnRe;
      im[d] = restIm - turnIm;
    }
  }
}

/** `kiss_fft`: takes numbers in `transformOrder` to their transform, divided by their count. */
export function transformInt16(values: Complex, turns: Complex): void {
  const count = values.re.length;
  let span = 1;
  if (Math.log2(count) % 2 === 1) {
    pairs(values);
    span = 2;
  }
  for (; span < count; span *= 4) quadruples(values, turns, span);
}

const wrapped = (x: number): number => (x << 16) >> 16;

/**
 * `kiss_fftr`: of the transform of pairs of real numbers that of the numbers themselves, at frequencies 1 to count − 1. Nobody
 * asks for frequency 0 nor for `count`, so 0 stays as it is.
 */
export function splitPairs({ re, im }: Complex, halfTurns: Complex): void {
  for (let k = 1, m = re.length - 1; k <= m; k++, m--) {
    const [aRe, aIm] = [rounded(re[k] * HALF), rounded(im[k] * HALF)];
    const [bRe, bIm] = [rounded(re[m] * HALF), rounded(wrapped(-im[m]) * HALF)];
    const [evenRe, evenIm] = [wrapped(aRe + bRe), wrapped(aIm + bIm)];
    const [oddRe, oddIm] = [wrapped(aRe - bRe), wrapped(aIm - bIm)];
    const [turnRe, turnIm] = [halfTurns.re[k], halfTurns.im[k]];
    const [re1, im1] = [rounded(oddRe * turnRe - oddIm * turnIm), rounded(oddRe * turnIm + oddIm * turnRe)];
    re[k] = (evenRe + re1) >> 1;
    im[k] = (evenIm + im1) >> 1;
    re[m] = (evenRe - re1) >> 1;
    im[m] = (im1 - evenIm) >> 1;
  }
}
