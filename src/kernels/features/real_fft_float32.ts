/** The Fourier transform of real numbers in float32, every step rounded: `core/samples/spectrum.ts` says in which order. */

const f = Math.fround;

/** The places of `count` numbers, a power of two, with the digits of each reversed. */
export function reversedPlaces(count: number): Uint16Array {
  const places = new Uint16Array(count);
  for (let i = 1; i < count; i++) places[i] = (places[i >> 1] >> 1) | (i & 1 ? count >> 1 : 0);
  return places;
}

/** Takes numbers in bit-reversed order to their Fourier transform. */
export function transformInPlace(re: Float32Array, im: Float32Array, sine: Float32Array, size: number): void {
  const count = size / 2;
  for (let span = 1; span < count; span *= 2) {
    const step = count / span;
    for (let j = 0, turn = 0; j < span; j++, turn += step) {
      const [s, c] = [sine[turn], sine[turn + size / 4]];
      for (let a = j; a < count; a += 2 * span) {
        const b = a + span;
        const real = f(f(c * re[b]) + f(s * im[b]));
        const imaginary = f(f(c * im[b]) - f(s * re[b]));
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
    }
  }
}

function power(re: number, im: number): number {
  return f(f(re * re) + f(im * im));
}

/** Four times the power of the real numbers whose pairs have that transform; in place of the real parts, one more. */
export function powerInPlace(re: Float32Array, im: Float32Array, sine: Float32Array, size: number): void {
  const count = size / 2;
  const [sum, difference] = [f(re[0] + im[0]), f(re[0] - im[0])];
  re[0] = power(f(sum + sum), 0);
  re[count] = power(f(difference + difference), 0);
  for (let k = 1, m = count - 1; k <= m; k++, m--) {
    const [evenRe, evenIm] = [f(re[k] + re[m]), f(im[k] - im[m])];
    const [oddRe, oddIm] = [f(im[k] + im[m]), f(re[m] - re[k])];
    const [s, c] = [sine[k], sine[k + size / 4]];
    const real = f(f(c * oddRe) + f(s * oddIm));
    const imaginary = f(f(c * oddIm) - f(s * oddRe));
    re[k] = power(f(evenRe + real), f(evenIm + imaginary));
    re[m] = power(f(evenRe - real), f(evenIm - imaginary));
  }
}
