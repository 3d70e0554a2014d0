import { LONGEST_CODE } from '../../../core/coding/huffman.ts';
import type { CDefinition } from '../c-code.ts';
import { NEVER_INLINE } from './inlining.ts';

/** `decode_huffman(codes, code_bytes, output, count)`: the twin of `decodeHuffman`. */
export const DECODE_HUFFMAN: CDefinition = {
  name: 'decode_huffman',
  needs: [NEVER_INLINE],
  text: `/*
 * Bytes that lie in flash as canonical Huffman codes: the length of the longest code, how many there are of each length
 * (two bytes, the lower one first), what they stand for, shorter ones first, then the codes from the highest bit on.
 * Nothing outside is read or written, whatever the codes are; a byte that they do not give is 0.
 */
static NEVER_INLINE void decode_huffman(const uint8_t *codes, uint32_t code_bytes, int8_t *output, uint32_t count)
{
  const uint8_t *const end = codes + code_bytes;
  const uint32_t longest = codes[0];
  const uint8_t *symbols;
  /* Of each length: the first window of 16 bits behind its codes, and what leads from a code to its symbol. */
  uint32_t ends[${LONGEST_CODE + 1}];
  uint32_t steps[${LONGEST_CODE + 1}];
  uint32_t known = 0;
  uint32_t next = 0;
  uint32_t held = 0;
  uint32_t held_bits = 0;
  uint32_t length;

  memset(output, 0, count);
  if (longest < 1u || longest > ${LONGEST_CODE}u || 1u + 2u * longest > code_bytes) {
    return;
  }
  symbols = codes + 1u + 2u * longest;
  for (length = 1; length <= longest; length++) {
    const uint32_t own = codes[2u * length - 1u] | (uint32_t)codes[2u * length] << 8;

    steps[length] = known - next;
    known += own;
    next += own;
    ends[length] = next << (16u - length);
    next <<= 1;
  }
  ends[longest] = UINT32_MAX;
  if (known > (uint32_t)(end - symbols)) {
    return;
  }
  codes = symbols + known;
  for (; count > 0u; count--) {
    uint32_t window;
    uint32_t at;

    while (held_bits < 16u) {
      held <<= 8;
      if (codes < end) {
        held |= *codes++;
      }
      held_bits += 8u;
    }
    window = held >> (held_bits - 16u) & 0xffffu;
    length = 1;
    while (window >= ends[length]) {
      length++;
    }
    at = (window >> (16u - length)) + steps[length];
    if (at < known) {
      *output = (int8_t)symbols[at];
    }
    output++;
    held_bits -= length;
  }
}
`,
};
