import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContentNumbers, equalBytes } from '../../src/core/bytes.ts';
import { sha256 } from '../../src/core/digest.ts';
import { nextTurn } from '../../src/core/next-turn.ts';
import { createRandom } from '../../src/core/random.ts';

function draw(length: number): Uint8Array {
  const random = createRandom(length, 'bytes');
  return Uint8Array.from({ length }, () => random.below(256));
}

it('bytes are equal where all of them are', () => {
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))).toBe(false);
});

describe('ContentNumbers', () => {
  it('gives equal contents one number, and different ones different numbers', () => {
    const numbers = new ContentNumbers();
    const contents = [draw(0), draw(1), draw(100), draw(101)];
    expect(contents.map((bytes) => numbers.of(bytes))).toEqual([0, 1, 2, 3]);
    expect(contents.map((bytes) => numbers.of(bytes.slice()))).toEqual([0, 1, 2, 3]);
  });

  it('tells contents of one hash apart', () => {
    // Found by trying: the hash of both is 0x6b7fc00c.
    const numbers = new ContentNumbers();
    const [a, b] = ['....1805', '...51200'].map((word) => numbers.of(new TextEncoder().encode(word)));
    expect(a).not.toBe(b);
  });
});

describe('sha256', () => {
  /** As it is loaded where no module of Node is. */
  async function withoutNode(): Promise<typeof sha256> {
    vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }));
    vi.resetModules();
    const digest = import('../../src/core/digest.ts');
    return digest.then((module) => module.sha256).finally(() => vi.unstubAllGlobals());
  }

  it.each([0, 1, 55, 56, 64, 1000])('of %i bytes is the same without Node', async (length) => {
    expect((await withoutNode())(draw(length))).toBe(sha256(draw(length)));
  });

  it('of a text is that of its UTF-8', async () => {
    const utf8 = new TextEncoder().encode('größer');
    expect(sha256('größer')).toBe(sha256(utf8));
    expect((await withoutNode())('größer')).toBe(sha256(utf8));
  });
});

describe('nextTurn', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(['setImmediate', 'a message, as in browsers'])('lets timers have their turn: by %s', async (by) => {
    if (by !== 'setImmediate') vi.stubGlobal('setImmediate', undefined);
    let served = false;
    setTimeout(() => {
      served = true;
    }, 0);
    for (let turn = 0; turn < 10_000 && !served; turn++) await nextTurn();
    expect(served).toBe(true);
  });
});
