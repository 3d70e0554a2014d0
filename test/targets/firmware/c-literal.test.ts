import { describe, expect, it } from 'vitest';
import {
  floatBitsLiteral,
  floatLiteral,
  literalLines,
  stringLiteral,
} from '../../../src/targets/firmware/c-literal.ts';

describe('stringLiteral', () => {
  it.each([
    ['idle', '"idle"'],
    ['say "x"', '"say \\"x\\""'],
    ['a\\', '"a\\\\"'],
    ['??/', '"\\?\\?/"'],
    ['\n', '"\\012"'],
    ['é7', '"\\303\\2517"'],
    ['\u0000' + '1', '"\\0001"'],
    ['%s */', '"%s */"'],
  ])('%j', (text, literal) => {
    expect(stringLiteral(text)).toBe(literal);
  });

  it('leaves ASCII without controls, whatever it is given', () => {
    const all = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).join('');
    expect(stringLiteral(all)).toMatch(/^"[ -~]*"$/);
  });
});

describe('floatLiteral', () => {
  it.each([
    [1, '1.0f'],
    [-0, '-0.0f'],
    [Math.fround(1 / 255), '0.00392156886f'],
    [Math.fround(1e-40), '9.9999461e-41f'],
    [Math.fround(3.4e38), '3.39999995e+38f'],
    [16777216, '16777216.0f'],
  ])('%f', (value, literal) => {
    expect(floatLiteral(value)).toBe(literal);
    expect(Math.fround(Number(literal.slice(0, -1)))).toBe(value);
  });

  it('gives every float32 number back', () => {
    const view = new DataView(new ArrayBuffer(4));
    for (let bits = 1; bits < 0x7f800000; bits += 0x3fff1) {
      view.setUint32(0, bits);
      const value = view.getFloat32(0);
      expect(Math.fround(Number(floatLiteral(value).slice(0, -1)))).toBe(value);
    }
  });

  it('writes the bits of any, also of what is no number', () => {
    expect([1, -0, Number.POSITIVE_INFINITY].map(floatBitsLiteral)).toEqual([
      '0x3f800000',
      '0x80000000',
      '0x7f800000',
    ]);
  });
});

describe('literalLines', () => {
  it('breaks before 100 characters', () => {
    const lines = literalLines(new Array<string>(60).fill('-128'), '    ').split('\n');
    expect(lines.pop()).toBe('');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.join('').match(/-128,/g)).toHaveLength(60);
  });
});
