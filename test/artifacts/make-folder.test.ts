import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../src/artifacts/make-folder.ts';

it('makes a folder with those above it, once or twice, and not where a file is in the way', () => {
  const root = mkdtempSync(join(tmpdir(), 'tinyml-folder-'));
  try {
    const deep = join(root, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST');
    expect(() => makeFolder(join(root, 'file', 'below'))).toThrow('ENOTDIR');
  } finally {
    rmSync(root, { recursive: true });
  }
});

it.skipIf(process.platform !== 'linux')(
  'refuses where the file system takes no folder, without looping',
  () => {
    expect(() => makeFolder('/proc/tinyml/below')).toThrow('ENOENT');
  },
);
