import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { parseLine } from '../../../src/data/recording/parse-line.ts';
import { Readings } from '../../../src/data/recording/readings.ts';

const row = (values: readonly number[], names?: readonly string[]) =>
  names === undefined ? { kind: 'row', values } : { kind: 'row', values, names };
const words = (...texts: string[]) => ({ kind: 'words', words: texts });
const MALFORMED = { kind: 'malformed' };

describe('parseLine', () => {
  it.each([
    ['1,2,3', row([1, 2, 3])],
    ['1.5\t-2\t+.5', row([1.5, -2, 0.5])],
    ['1 2  3', row([1, 2, 3])],
    ['1, 2 ,3,', row([1, 2, 3])],
    ['1;2', row([1, 2])],
    ['  42  ', row([42])],
    ['-1e-3,2.E2', row([-0.001, 200])],
    ['x:0.1\ty:0.2', row([0.1, 0.2], ['x', 'y'])],
    ['x:1,y:2', row([1, 2], ['x', 'y'])],
    ['x: 0.1 y: 0.2', row([0.1, 0.2], ['x', 'y'])],
    ['acc x:1,acc y:2', row([1, 2], ['acc x', 'acc y'])],
    ['a:b:1', row([1], ['a:b'])],
    ['nan,1,-inf,ovf', row([Number.NaN, 1, Number.NaN, Number.NaN])],
    ['', { kind: 'empty' }],
    [' \t ', { kind: 'empty' }],
    ['ax,ay,az', words('ax', 'ay', 'az')],
    ['IMU ready', words('IMU', 'ready')],
    ['1,,3', MALFORMED],
    ['1,x:2', MALFORMED],
    ['x:1,x:2', MALFORMED],
    [':1', MALFORMED],
    ['x:1,y:', MALFORMED],
    ['1,two', MALFORMED],
    ['1.2.3', MALFORMED],
    ['0x10', MALFORMED],
    ['1\u0000,2', MALFORMED],
    ['---', MALFORMED],
    [`${'n'.repeat(65)}:1`, MALFORMED],
    [Array(1025).fill('1').join(','), MALFORMED],
  ])('takes %j', (line, expected) => {
    expect(parseLine(line)).toEqual(expected);
  });

  it('says of any bytes what they are, and keeps nothing of what has no end', () => {
    const random = createRandom(7, 'bytes');
    const alphabet = new TextEncoder().encode('0123456789.,;:\t -+eExyzn\r\n');
    const readings = new Readings();
    for (let i = 0; i < 3000; i++) {
      const onlyKnown = random.uniform() < 0.5;
      const bytes = Uint8Array.from({ length: random.below(200) }, () =>
        onlyKnown ? alphabet[random.below(alphabet.length)] : random.below(256),
      );
      for (const { values } of readings.push(bytes, i)) {
        expect(values.length).toBe(readings.columns?.length);
        for (const value of values) expect(typeof value).toBe('number');
      }
    }
    const before = readings.counts.malformed;
    for (let i = 0; i < 1000; i++) readings.push(new Uint8Array(1000).fill(0x31), 4000);
    readings.push(Uint8Array.of(10), 4001);
    expect(readings.counts.malformed).toBe(before + 1);
    expect(readings.example?.length).toBeLessThanOrEqual(60);
  });
});
