import type { CDefinition } from '../c-code.ts';

/** `decode_lut(lut, indices, tables, output)`: the twin of `kernels/decode_lut.ts`. */
export const DECODE_LUT: CDefinition = {
  name: 'decode_lut',
  text: `/* Elements that are looked up by indices of few bits, in a table for each channel or one for all. */
struct lut {
  int32_t bits; /* Of an index. */
  int32_t stride; /* From one table to the next, in values. */
  int32_t elements;
  int32_t channels;
  int32_t run; /* Elements of one channel that lie side by side. */
  int32_t values; /* Of all tables. */
  int32_t bytes; /* Of a value. */
};

/* Indices begin at the most significant bit and have no gaps. Where there is no value, the element is 0. */
static void decode_lut(const struct lut *lut, const uint8_t *indices, const int8_t *tables, int8_t *output)
{
  const uint32_t mask = (UINT32_C(1) << lut->bits) - 1u;
  uint32_t held = 0;
  int32_t held_bits = 0;
  int32_t left = lut->run;
  int32_t channel = 0;

  for (int32_t i = 0; i < lut->elements; i++) {
    int32_t at;

    if (held_bits < lut->bits) {
      held = held << 8 | *indices++;
      held_bits += 8;
    }
    held_bits -= lut->bits;
    at = channel * lut->stride + (int32_t)(held >> held_bits & mask);
    if (at < lut->values) {
      memcpy(output, &tables[at * lut->bytes], (size_t)lut->bytes);
    } else {
      memset(output, 0, (size_t)lut->bytes);
    }
    output += lut->bytes;
    if (--left == 0) {
      left = lut->run;
      channel = channel + 1 < lut->channels ? channel + 1 : 0;
    }
  }
}
`,
};
