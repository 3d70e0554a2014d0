import { describe, expect, it } from 'vitest';
import { quoteForComment } from '../../../src/targets/c-array/c-comment.ts';

describe('quoteForComment', () => {
  it.each([
    ['serving_default_x:0', '"serving_default_x:0"'],
    ['a\nb\r\u2028', '"a\\nb\\r\\u2028"'],
    ['end\\', '"end\\\\"'],
    ['say "x"', '"say \\"x\\""'],
    ['??/', '"\\u003f?/"'],
    ['???/', '"\\u003f\\u003f?/"'],
    ['*/ /* //', '"\\u002a/ \\u002f* \\u002f/"'],
    ['naïve\u007f\u0000\ud83d\ude00', '"na\\u00efve\\u007f\\u0000\\ud83d\\ude00"'],
    ['\ud800', '"\\ud800"'],
  ])('%j', (text, quoted) => {
    expect(quoteForComment(text)).toBe(quoted);
  });
});
