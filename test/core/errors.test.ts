import { describe, expect, it } from 'vitest';
import { attempt, attemptAsync, inputError, internalError, unsupportedError } from '../../src/core/errors.ts';

const refuse = (): never => {
  throw unsupportedError('no-kernel', 'LSTM has no kernel.');
};

describe('attempt', () => {
  it('gives the value, or the reason as the end of a sentence', async () => {
    expect(attempt(() => 7)).toEqual({ value: 7 });
    expect(attempt(refuse)).toEqual({ refusal: 'LSTM has no kernel' });
    expect(await attemptAsync(async () => 7)).toEqual({ value: 7 });
    expect(await attemptAsync(async () => refuse())).toEqual({ refusal: 'LSTM has no kernel' });
  });

  it.each([
    ['a damaged file', inputError('corrupt', 'the file ends early')],
    ['a bug of a pass', internalError('broken-pass', 'the pass made the graph wrong')],
    ['anything else', new RangeError('out of range')],
  ])('lets %s through', async (_, error) => {
    const fail = (): never => {
      throw error;
    };
    expect(() => attempt(fail)).toThrow(error);
    await expect(attemptAsync(async () => fail())).rejects.toBe(error);
  });
});
