import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { parseEventLabels } from '../../../src/data/streams/event-labels.ts';

const parse = (text: string) => parseEventLabels(new TextEncoder().encode(text), 'labels.txt');

describe('labels of a recording', () => {
  it.each([
    ['of Audacity', '0.5\t1.25\tyes please\n\\\t100\t200\n2\t3\tno\n'],
    ['in a table with a head', 'start,end,label\r\n2,3,no\r\n0.5,1.25,yes please\r\n'],
    ['between blanks', '0.5 1.25 yes please\n\n2 3 no'],
  ])('%s are beginnings, ends and classes, in order', (_, text) => {
    expect(parse(text)).toEqual([
      { startSeconds: 0.5, endSeconds: 1.25, label: 'yes please' },
      { startSeconds: 2, endSeconds: 3, label: 'no' },
    ]);
  });

  it.each([
    ['0,1,a\nx,2,b', 'labels.txt, line 2'],
    ['0,1,a\n2,2,b', 'labels.txt, line 2'],
    ['0,1,', 'labels.txt, line 1'],
    ['0,2,a\n1,3,b', 'begins before the one before it ends'],
  ])('%j is refused', (text, sentence) => {
    expect(() => parse(text)).toThrow(sentence);
  });

  it('reads or refuses whatever comes', () => {
    const random = createRandom(3, 'event labels test');
    const source = new TextEncoder().encode('start,end,label\n0.5,1.25,yes\n2,3,no\n');
    for (let i = 0; i < 500; i++) {
      const bytes = source.slice();
      for (let k = random.below(4); k >= 0; k--) bytes[random.below(bytes.length)] = random.below(256);
      try {
        parseEventLabels(bytes, 'labels.txt');
      } catch (error) {
        expect(error).toBeInstanceOf(TinymlError);
      }
    }
  });
});
