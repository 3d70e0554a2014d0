import { describe, expect, it } from 'vitest';
import { firstMessage, outerFields } from '../../../src/formats/protobuf/outer-fields.ts';
import { writeMessage } from './write-message.ts';

describe('outerFields', () => {
  const content = writeMessage([
    [1, 8],
    [2, -1],
    [7, 'graph'],
    [3000, { float: 1.5 }],
  ]);

  it('says how each is written', () => {
    expect(outerFields(content)).toEqual(
      new Map([
        [1, 'varint'],
        [2, 'varint'],
        [7, 'bytes'],
        [3000, 'other'],
      ]),
    );
    expect(outerFields(new Uint8Array())).toEqual(new Map());
  });

  it.each<[string, readonly number[] | Uint8Array]>([
    ['cut off', content.subarray(0, content.length - 1)],
    ['text', new TextEncoder().encode('const unsigned char model[] = {')],
    ['a field of number 0', [0x00, 1]],
    ['a wire type that there is not', [0x0f, 1]],
    ['a group', [0x0b, 0x0c]],
    ['a number without end', [0x08, ...new Array<number>(11).fill(0xff)]],
    ['content beyond the end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]],
    ['a number that is cut off', [0x09, 1, 2, 3]],
  ])('says nothing of what is no message: %s', (_, bytes) => {
    expect(outerFields(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('firstMessage', () => {
  it('is the content of field 1, where that is first', () => {
    const inner = writeMessage([[2, 'x'.repeat(300)]]);
    expect(firstMessage(writeMessage([[1, inner]]))).toEqual(inner);
    expect(firstMessage(writeMessage([[2, inner]]))).toBeUndefined();
    expect(firstMessage(Uint8Array.of(0x0a, 0xff))).toBeUndefined();
  });
});
