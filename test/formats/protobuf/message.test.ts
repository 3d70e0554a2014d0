import { describe, expect, it } from 'vitest';
import {
  bytes,
  flag,
  floats,
  integer,
  integers,
  type MessageTable,
  message,
  messages,
  optional,
  readMessage,
  text,
} from '../../../src/formats/protobuf/message.ts';
import { writeMessage } from './write-message.ts';

interface Tree {
  name: string;
  count: number | undefined;
  sizes: number[];
  values: number[];
  content: Uint8Array;
  isLeaf: boolean;
  first: Tree | undefined;
  others: Tree[];
}

const TREE: MessageTable<Tree> = {
  name: text(1),
  count: optional(integer(2)),
  sizes: integers(3),
  values: floats(4),
  content: bytes(5),
  isLeaf: flag(6),
  first: message(7, () => TREE),
  others: messages(8, () => TREE),
};

describe('readMessage', () => {
  it('reads every kind of field, and leaves empty what is not there', () => {
    const leaf = writeMessage([[1, 'leaf']]);
    const read = readMessage(
      writeMessage([
        [1, 'root'],
        [2, -3],
        [3, [1, 2 ** 40, -1]],
        [4, Float32Array.of(0.5, -2)],
        [5, Uint8Array.of(7, 8)],
        [6, 1],
        [7, leaf],
        [8, leaf],
        [8, writeMessage([[2, 9]])],
        [77, 'of a newer version'],
      ]),
      TREE,
    );
    expect(read).toMatchObject({
      name: 'root',
      count: -3,
      sizes: [1, 2 ** 40, -1],
      values: [0.5, -2],
      isLeaf: true,
    });
    expect([...read.content]).toEqual([7, 8]);
    expect(read.first).toEqual({
      name: 'leaf',
      count: undefined,
      sizes: [],
      values: [],
      content: new Uint8Array(0),
      isLeaf: false,
      first: undefined,
      others: [],
    });
    expect(read.others.map(({ name, count }) => [name, count])).toEqual([
      ['leaf', undefined],
      ['', 9],
    ]);
  });

  it('reads numbers that are not packed, and joins a message that comes in two', () => {
    const read = readMessage(
      writeMessage([
        [3, 1],
        [3, [2, 3]],
        [7, writeMessage([[1, 'a']])],
        [7, writeMessage([[2, 5]])],
      ]),
      TREE,
    );
    expect(read.sizes).toEqual([1, 2, 3]);
    expect(read.first).toMatchObject({ name: 'a', count: 5 });
  });

  it('does not let messages share what is empty', () => {
    const [one, other] = readMessage(
      writeMessage([
        [8, writeMessage([[3, 1]])],
        [8, Uint8Array.of()],
      ]),
      TREE,
    ).others;
    expect([one.sizes, other.sizes]).toEqual([[1], []]);
  });

  const nested = (depth: number): Uint8Array =>
    depth === 0 ? writeMessage([[1, 'deep']]) : writeMessage([[7, nested(depth - 1)]]);

  it.each([
    ['a field of another wire type', writeMessage([[1, 5]]), 'input'],
    ['a length beyond the end', Uint8Array.of(0x0a, 0x7f, 0x61), 'input'],
    ['a number that does not end', Uint8Array.of(0x10, 0xff, 0xff), 'input'],
    ['a list that ends within a number', Uint8Array.of(0x1a, 0x01, 0x80), 'input'],
    ['a tag of field 0', Uint8Array.of(0x00), 'input'],
    ['a float list of three bytes', Uint8Array.of(0x22, 0x03, 1, 2, 3), 'input'],
    ['messages nested too deep', nested(60), 'unsupported'],
  ])('refuses %s', (_, content, kind) => {
    expect(() => readMessage(content, TREE)).toThrow(expect.objectContaining({ name: 'TinymlError', kind }));
  });

  it('reads as deep as people nest', () => {
    expect(readMessage(nested(30), TREE).first?.first?.first).toBeDefined();
  });
});
