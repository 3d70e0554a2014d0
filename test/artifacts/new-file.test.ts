import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNewFileInPieces } from '../../src/artifacts/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tinyml-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = (prefix: string) => [1, 2, 3].map((number) => join(folder, 'd', `${prefix}${number}`));
const bytes = (text: string) => new TextEncoder().encode(text);

describe('writeNewFileInPieces', () => {
  it('takes the first name that is free when the file is whole, also of others that write meanwhile', async () => {
    const write = (text: string) =>
      writeNewFileInPieces(names('a'), async (append) => {
        append(bytes(text));
        await new Promise((resolve) => setTimeout(resolve, 10));
        append(bytes('!'));
      });
    const written = await Promise.all([write('x'), write('y')]);
    expect([...written].sort()).toEqual(names('a').slice(0, 2));
    expect(written.map((path) => readFileSync(path, 'utf8'))).toEqual(['x!', 'y!']);
    expect(readdirSync(join(folder, 'd')).sort()).toEqual(['a1', 'a2']);
  });

  it('replaces nothing, and leaves nothing where the body or the names end in an error', async () => {
    for (const name of names('b')) writeFileSync(name, 'mine');
    await expect(writeNewFileInPieces(names('b'), async () => {})).rejects.toMatchObject({
      code: 'cannot-write',
    });
    for (const name of names('b')) expect(readFileSync(name, 'utf8')).toBe('mine');
    const failing = async () => {
      throw new Error('stopped');
    };
    await expect(writeNewFileInPieces(names('c'), failing)).rejects.toThrow('stopped');
    expect(readdirSync(join(folder, 'd')).sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3']);
  });
});
