import { expect, it } from 'vitest';
import { decodeText, MAX_TEXT_BYTES } from '../../src/core/text.ts';

it('text is decoded up to a limit that it names', () => {
  expect(decodeText(new TextEncoder().encode('ä'), 'x.json')).toBe('ä');
  expect(() => decodeText(new Uint8Array(4), 'x.json', 3)).toThrow(
    expect.objectContaining({
      kind: 'input',
      code: 'text-too-large',
      message: expect.stringContaining('x.json has 4 bytes'),
    }),
  );
  expect(() => decodeText(new Uint8Array(MAX_TEXT_BYTES + 1), 'model.json')).toThrow('at most');
});
