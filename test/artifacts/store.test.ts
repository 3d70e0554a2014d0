import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { writeFailure } from '../../src/artifacts/file-errors.ts';
import { openInputFile, writeFileInPieces, writeFolderWhole } from '../../src/artifacts/files.ts';
import type { ArtifactDraft } from '../../src/artifacts/store.ts';
import { sha256 } from '../../src/core/digest.ts';
import { canonicalJson, type JsonValue } from '../../src/core/json.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tinyml-store-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function draft(content: string, createdAt = new Date(0)): ArtifactDraft {
  return {
    kind: 'dataset',
    stage: 'dataset',
    options: { b: 1, a: [2] },
    overrides: {},
    seed: 1,
    tool: 'tinyml 0',
    inputs: [],
    files: new Map([['x.bin', new TextEncoder().encode(content)]]),
    metrics: { n: 1 },
    interrupted: false,
    createdAt,
    seconds: 0,
  };
}

describe('diskStore', () => {
  it('gives back what was written, and the newest as the current one', () => {
    const store = diskStore(root);
    expect(store.latest('dataset')).toBeUndefined();
    store.write(draft('one'));
    store.write(draft('two'));
    expect(store.latest('dataset')?.readText('x.bin')).toBe('two');
    const versions = readdirSync(join(root, 'dataset')).filter((name) => name !== 'latest');
    expect(versions.map((name) => name.slice(0, 6)).sort()).toEqual(['00001-', '00002-']);
  });

  it('keeps time out of the digest', () => {
    const first = diskStore(join(root, 'a')).write(draft('one', new Date(1000)));
    const second = diskStore(join(root, 'b')).write(draft('one', new Date(2000)));
    expect(second.manifest.digest).toBe(first.manifest.digest);
    expect(second.manifest.provenance.createdAt).not.toBe(first.manifest.provenance.createdAt);
  });

  it('counts the same content as written, whoever wrote it, unless it is damaged or was asked for otherwise', () => {
    const store = diskStore(root);
    const { directory } = store.write(draft('one'));
    store.write(draft('two'));
    expect(store.write(draft('one')).directory).toBe(directory);
    expect(store.latest('dataset')?.directory).toBe(directory);
    const asked = store.write({ ...draft('one'), overrides: { a: [2] } });
    expect(asked.directory).not.toBe(directory);
    expect(asked.manifest.digest).toBe(store.write(draft('one')).manifest.digest);
    for (const there of [directory, asked.directory]) writeFileSync(join(there, 'x.bin'), 'onE');
    const healed = store.write(draft('one'));
    expect([directory, asked.directory]).not.toContain(healed.directory);
    expect(healed.readText('x.bin')).toBe('one');
  });

  it('what is in the way has its sentence', () => {
    const store = diskStore(root);
    mkdirSync(join(root, 'dataset', 'latest'), { recursive: true });
    expect(() => store.latest('dataset')).toThrow(expect.objectContaining({ kind: 'input' }));
    expect(() => store.write(draft('one'))).toThrow(expect.objectContaining({ kind: 'environment' }));
    writeFileSync(join(root, 'train'), '');
    expect(store.latest('train')).toBeUndefined();
    expect(() => store.write({ ...draft('one'), stage: 'train' })).toThrow(/Cannot write .*train: a file is/);
    mkdirSync(join(root, 'convert', 'progress'), { recursive: true });
    const progress = store.progress('convert');
    expect(() => progress.load()).toThrow(/progress: it is a folder/);
    expect(() => progress.drop()).toThrow(/Cannot write .*progress/);
  });

  it('a manifest of any depth is read or refused', () => {
    const store = diskStore(root);
    const { directory } = store.write(draft('one'));
    const path = join(directory, 'manifest.json');
    const before = readFileSync(path, 'utf8');
    const deep = `${'['.repeat(20000)}${']'.repeat(20000)}`;
    for (const [from, to] of [
      [/"options": \{[^}]*\}/, `"options": ${deep}`],
      [/"format": "[^"]*"/, `"format": ${deep}`],
    ] as const) {
      writeFileSync(path, before.replace(from, to));
      expect(() => store.latest('dataset')).toThrow(/more than 64 deep/);
    }
    const options = JSON.parse(deep) as JsonValue;
    expect(() => store.write({ ...draft('one'), options })).toThrow(/cannot be kept: .* more than 64 deep/);
  });

  it('verifies a file whether it is read whole or piece by piece', () => {
    const artifact = diskStore(root).write(draft('some content'));
    const piece = new Uint8Array(7);
    const file = artifact.open('x.bin');
    file.readAt(5, piece);
    file.close();
    expect(Buffer.from(piece).toString()).toBe('content');
    const path = join(artifact.directory, 'x.bin');
    for (const changed of ['some contenT', 'some content.', 'some']) {
      writeFileSync(path, changed);
      const refused = { kind: 'mismatch', code: 'digest-mismatch' };
      expect(() => artifact.read('x.bin')).toThrow(expect.objectContaining(refused));
      expect(() => artifact.open('x.bin')).toThrow(expect.objectContaining(refused));
    }
  });

  it('refuses manifests of a newer format with a sentence', () => {
    const store = diskStore(root);
    const { directory } = store.write(draft('one'));
    const path = join(directory, 'manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('tinyml/dataset@1', 'tinyml/dataset@2'));
    expect(() => store.latest('dataset')).toThrow(/format version 2, but this tinyml reads versions up to 1/);
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'a/../../b', ''])('refuses the file path %j', (path) => {
    const store = diskStore(root);
    const { directory } = store.write(draft('one'));
    const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    (manifest.files as { path: string }[])[0].path = path;
    const { digest: _, provenance, ...content } = manifest;
    const forged = { ...content, digest: sha256(canonicalJson(content)), provenance };
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify(forged));
    expect(() => store.latest('dataset')).toThrow(/files\.0\.path/);
  });

  it('a pointer to nowhere, or out of the store', () => {
    const store = diskStore(root);
    store.write(draft('one'));
    writeFileSync(join(root, 'dataset', 'latest'), '../../secrets');
    expect(() => store.latest('dataset')).toThrow('names no version');
    writeFileSync(join(root, 'dataset', 'latest'), '00009-000000000000');
    expect(store.latest('dataset')).toBeUndefined();
  });
});

describe('files written whole or not at all', () => {
  it('a folder that fails half-way leaves nothing behind', () => {
    const target = join(root, 'new');
    const files = new Map([
      ['a', Uint8Array.of(1)],
      ['a/b', Uint8Array.of(2)], // "a" is a file by now
    ]);
    expect(() => writeFolderWhole(target, files)).toThrow(/Cannot write .*new/);
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(root)).toEqual([]);
  });

  it('a file in pieces appears when it is complete', async () => {
    const path = join(root, 'deep', 'x.bin');
    await writeFileInPieces(path, async (append) => {
      append(Uint8Array.of(1, 2));
      await Promise.resolve();
      expect(existsSync(path)).toBe(false);
      append(Uint8Array.of(3));
    });
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  });

  it('a file in pieces that fails leaves what was there, and passes the reason on', async () => {
    const path = join(root, 'x.bin');
    writeFileSync(path, 'before');
    const bug = new RangeError('not the disk');
    const failing = writeFileInPieces(path, async (append) => {
      append(Uint8Array.of(1, 2));
      throw bug;
    });
    await expect(failing).rejects.toBe(bug);
    expect(readdirSync(root)).toEqual(['x.bin']);
    expect(readFileSync(path, 'utf8')).toBe('before');
    const inTheWay = writeFileInPieces(join(path, 'y.bin'), async () => {});
    await expect(inTheWay).rejects.toMatchObject({ kind: 'environment', code: 'cannot-write' });
  });

  it('a file that gets shorter while it is read is refused', () => {
    const path = join(root, 'x.bin');
    writeFileSync(path, '0123456789');
    const file = openInputFile(path, 'a file');
    writeFileSync(path, '0123');
    const refused = { kind: 'input', code: 'file-changed' };
    expect(() => file.readAt(2, new Uint8Array(4))).toThrow(expect.objectContaining(refused));
    file.close();
    expect(() => openInputFile(root, 'a .npy file')).toThrow('it is a folder');
    expect(() => openInputFile(join(root, 'none'), 'a .npy file')).toThrow('does not exist');
  });

  it.each([
    ['ENOSPC', 'the disk is full', 'make room or choose another place'],
    ['EACCES', 'permission is denied', 'get permission to write there or choose another place'],
    ['ENOTDIR', 'a file is in the way of a folder', 'has changed; choose another place'],
  ])('%s has its sentence, and says what helps', (code, reason, remedy) => {
    const error = writeFailure('/data/x', Object.assign(new Error('write'), { code }));
    expect([error.kind, error.message]).toEqual(['environment', `Cannot write /data/x: ${reason}`]);
    expect(error.hint).toContain(remedy);
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of members', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  });
});
