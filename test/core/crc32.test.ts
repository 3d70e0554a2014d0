import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/core/crc32.ts';

describe('crc32', () => {
  it('is the one of the check value that catalogues of checksums list', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('of nothing is 0, and of any byte without a sign', () => {
    expect(crc32(new Uint8Array())).toBe(0);
    expect(crc32(Uint8Array.of(0))).toBe(0xd202ef8d);
  });
});
