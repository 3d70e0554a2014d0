import { describe, expect, it } from 'vitest';
import { parseWeightsBudget } from '../../../../src/models/quantize/int4/weights-budget.ts';

describe('parseWeightsBudget', () => {
  it.each([
    ['3dB', { kind: 'loss', decibels: 3 }],
    ['0.25 db', { kind: 'loss', decibels: 0.25 }],
    ['0.6x', { kind: 'share', share: 0.6 }],
    ['1x', { kind: 'share', share: 1 }],
  ])('%s', (text, budget) => expect(parseWeightsBudget(text)).toEqual(budget));

  it.each(['', '3', '-3dB', '60%', '1.5x', 'x', '3dBm', '1e3dB', 'NaNdB'])('refuses %j', (text) => {
    expect(() => parseWeightsBudget(text)).toThrow(`"${text}" is no budget for weights`);
  });
});
