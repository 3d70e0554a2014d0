/** The Fourier transform of real numbers in float32, and the power of its frequencies: the loops of `real_fft_float32.ts`. */

import { ROUNDED, type SharedFunction } from './shared-functions.ts';

export const REAL_POWER: SharedFunction = {
  name: 'real_power',
  needs: [ROUNDED],
  headers: [],
  text({ helper }) {
    const rounded = helper('rounded');
    return `// Half as many complex numbers as there are points, in bit-reversed order, become four times the power of the frequencies
// of the real ones that they are pairs of: as many and one more, in place of the real parts. 'sine' has three quarters of a turn.
static void ${helper('real_power')}(float *re, float *im, const float *sine, int points) {
  const int count = points / 2;
  for (int span = 1; span < count; span *= 2) {
    for (int j = 0; j < span; ++j) {
      const int turn = j * (count / span);
      const float s = sine[turn];
      const float c = sine[turn + points / 4];
      for (int a = j; a < count; a += 2 * span) {
        const int b = a + span;
        const float real = ${rounded}(c * re[b]) + ${rounded}(s * im[b]);
        const float imaginary = ${rounded}(c * im[b]) - ${rounded}(s * re[b]);
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
    }
  }
  const float lowest = re[0] + im[0];
  const float highest = re[0] - im[0];
  re[0] = ${rounded}((lowest + lowest) * (lowest + lowest));
  re[count] = ${rounded}((highest + highest) * (highest + highest));
  for (int k = 1, m = count - 1; k <= m; ++k, --m) {
    const float even_re = re[k] + re[m];
    const float even_im = im[k] - im[m];
    const float odd_re = im[k] + im[m];
    const float odd_im = re[m] - re[k];
    const float s = sine[k];
    const float c = sine[k + points / 4];
    const float real = ${rounded}(c * odd_re) + ${rounded}(s * odd_im);
    const float imaginary = ${rounded}(c * odd_im) - ${rounded}(s * odd_re);
    const float low_re = even_re + real;
    const float low_im = even_im + imaginary;
    const float high_re = even_re - real;
    const float high_im = even_im - imaginary;
    re[k] = ${rounded}(low_re * low_re) + ${rounded}(low_im * low_im);
    re[m] = ${rounded}(high_re * high_re) + ${rounded}(high_im * high_im);
  }
}
`;
  },
};
