import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listDataFiles } from '../../src/artifacts/data-files.ts';
import { TinymlError } from '../../src/core/errors.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tinyml-data-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, text = name): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const paths = (path = root): string[] => listDataFiles(path).map((file) => file.path);

function refusal(act: () => unknown): TinymlError {
  try {
    act();
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function content(path: string, name: string): string {
  const file = listDataFiles(path).find((one) => one.path === name);
  if (file === undefined) throw new Error(`${name} is not listed`);
  const bytes = file.open();
  const into = new Uint8Array(file.length);
  bytes.readAt(0, into);
  bytes.close();
  return Buffer.from(into).toString();
}

describe('listDataFiles', () => {
  it('lists a tree by path, in the order of characters, without what is hidden', () => {
    for (const name of [
      'b/1.csv',
      'a/2.csv',
      'a/10.csv',
      'a/deep/x',
      'a-1.csv',
      '.git/config',
      'a/.DS_Store',
    ])
      put(name);
    expect(paths()).toEqual(['a-1.csv', 'a/10.csv', 'a/2.csv', 'a/deep/x', 'b/1.csv']);
    expect(content(root, 'a/deep/x')).toBe('a/deep/x');
  });

  it('takes one file, by its name', () => {
    expect(paths(put('deep/one.csv'))).toEqual(['one.csv']);
  });

  it('follows links, also two to one folder', () => {
    put('real/x.csv');
    symlinkSync(join(root, 'real'), join(root, 'also'));
    symlinkSync(join(root, 'real/x.csv'), join(root, 'y.csv'));
    expect(paths()).toEqual(['also/x.csv', 'real/x.csv', 'y.csv']);
  });

  it.each([
    ['itself', 'loop', '.'],
    ['the folder above', 'a/b/loop', '..'],
  ])('says where a link leads to %s', (_, name, target) => {
    put('a/b/x.csv');
    symlinkSync(target, join(root, name));
    expect(refusal(paths)).toMatchObject({ kind: 'input', code: 'folder-loop' });
    expect(refusal(paths).message).toContain(join(root, name));
  });

  it('names what is not there', () => {
    expect(refusal(() => paths(join(root, 'none')))).toMatchObject({ kind: 'input', code: 'no-such-file' });
    symlinkSync(join(root, 'none'), join(root, 'broken.csv'));
    expect(refusal(paths)).toMatchObject({ kind: 'input', code: 'no-such-file' });
    expect(refusal(paths).message).toContain('broken.csv');
  });

  it('says that a folder is empty, also one with nothing but what is hidden', () => {
    expect(refusal(paths)).toMatchObject({ kind: 'input', code: 'no-data' });
    put('a/.hidden');
    expect(refusal(paths)).toMatchObject({ kind: 'input', code: 'no-data' });
  });

  it('leaves pipes alone', () => {
    put('x.csv');
    execFileSync('mkfifo', [join(root, 'fifo')]);
    expect(paths()).toEqual(['x.csv']);
  });

  it('refuses one that is named, where only what is stored is asked for, and does not wait for it', () => {
    const fifo = join(root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(refusal(() => listDataFiles(fifo, 'stored'))).toMatchObject({
      kind: 'input',
      code: 'cannot-read',
    });
    expect(listDataFiles(put('x.csv'), 'stored')).toHaveLength(1);
  });
});

describe('a listed file', () => {
  const listed = () => {
    const path = put('x.csv', '1,2\n');
    const [file] = listDataFiles(path);
    return { path, file };
  };
  const changes: readonly (readonly [string, (path: string) => void])[] = [
    ['grew', (path) => appendFileSync(path, '3,4\n')],
    ['was cut', (path) => writeFileSync(path, '')],
    ['was written again', (path) => utimesSync(path, 1, 1)],
    [
      'is another one',
      (path) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, '5,6\n');
      },
    ],
  ];

  it.each(changes)('is refused before it is read once it %s', (_, change) => {
    const { path, file } = listed();
    change(path);
    const error = refusal(() => file.open());
    expect(error).toMatchObject({ kind: 'input', code: 'file-changed' });
    expect(error.message).toContain(path);
  });

  it.each(changes)('is refused while it is read once it %s', (_, change) => {
    const { path, file } = listed();
    const bytes = file.open();
    change(path);
    expect(refusal(() => bytes.readAt(0, new Uint8Array(4)))).toMatchObject({ code: 'file-changed' });
    bytes.close();
  });

  it('says where it has gone', () => {
    const { path, file } = listed();
    rmSync(path);
    expect(refusal(() => file.open())).toMatchObject({ kind: 'input', code: 'no-such-file' });
  });
});
