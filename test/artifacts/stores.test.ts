/** What both stores take, refuse and give back, whatever they keep it in. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { keyedProgress } from '../../src/artifacts/keyed-progress.ts';
import { memoryStore } from '../../src/artifacts/memory-store.ts';
import type { Artifact, ArtifactDraft, ArtifactStore } from '../../src/artifacts/store.ts';
import { sha256 } from '../../src/core/digest.ts';
import type { JsonValue } from '../../src/core/json.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tinyml-stores-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const BYTES = Uint8Array.of(1, 2, 3);

function draft(changes: Partial<ArtifactDraft> = {}): ArtifactDraft {
  return {
    kind: 'dataset',
    stage: 'dataset',
    options: { samples: 3 },
    overrides: {},
    seed: 1,
    tool: 'tinyml 0',
    inputs: [],
    files: new Map([['x.bin', BYTES.slice()]]),
    metrics: { loss: 1 },
    interrupted: false,
    createdAt: new Date(0),
    seconds: 0,
    ...changes,
  };
}

/** Node reads files as Buffers, which no plain array equals. */
const bytesOf = (artifact: Artifact | undefined, path: string): number[] => [...(artifact?.read(path) ?? [])];

const file = (path: string): Partial<ArtifactDraft> => ({ files: new Map([[path, BYTES]]) });

const GOOD: readonly [string, Partial<ArtifactDraft>][] = [
  ['plain', {}],
  ['no files', { files: new Map() }],
  ['folders and dots', file('a/.b/c..d')],
  ['a manifest of its own in a folder', file('a/manifest.json')],
  ['text as a figure', { metrics: { weights: 'int8', loss: -0 } }],
  ['nested options', { options: { a: [1, null, { b: 'x' }] }, overrides: { a: [] } }],
  ['an option that JSON loses', { options: JSON.parse('{ "__proto__": 1, "a": 2 }') as JsonValue }],
];

const BAD: readonly [string, Partial<ArtifactDraft>, string][] = [
  ['a figure that is no number', { metrics: { loss: Number.NaN } }, 'metrics.loss'],
  ['an infinite seed', { seed: Number.POSITIVE_INFINITY }, 'seed'],
  ['an option that is no number', { options: { a: [Number.NaN] } }, 'options'],
  ['seconds that are no number', { seconds: Number.NaN }, 'provenance.seconds'],
  ['a file outside', file('../x'), 'files.0.path'],
  ['a file outside, by a detour', file('a/../../x'), 'files.0.path'],
  ['a file from the root', file('/x'), 'files.0.path'],
  ['a file without a name', file(''), 'files.0.path'],
  ['the folder itself', file('.'), 'files.0.path'],
  ['two names of one file', file('a/./x'), 'files.0.path'],
  ['the place of the manifest', file('manifest.json'), 'files.0.path'],
  [
    'a file that is a folder, too',
    {
      files: new Map([
        ['a', BYTES],
        ['a/b', BYTES],
      ]),
    },
    'files',
  ],
  ['a kind with a space', { kind: 'data set' }, 'format'],
];

describe.each<[string, () => ArtifactStore]>([
  ['memoryStore', memoryStore],
  ['diskStore', () => diskStore(root)],
])('%s', (_, makeStore) => {
  it.each(GOOD)('keeps %s', (_, changes) => {
    const store = makeStore();
    const given = draft(changes);
    const written = store.write(given);
    const latest = store.latest('dataset');
    expect(latest?.manifest).toEqual(written.manifest);
    for (const [path, bytes] of given.files)
      expect(bytesOf(latest, path)).toEqual([...(bytes as Uint8Array)]);
  });

  it.each(BAD)('refuses %s, and stays as it was', (_, changes, where) => {
    const store = makeStore();
    const refused = expect.objectContaining({
      kind: 'usage',
      code: 'bad-artifact',
      message: expect.stringContaining(`cannot be kept: ${where}`),
    });
    expect(() => store.write(draft(changes))).toThrow(refused);
    expect(store.latest('dataset')).toBeUndefined();
    const { directory } = store.write(draft());
    expect(directory).toMatch(/00001-/);
    expect(() => store.write(draft(changes))).toThrow(refused);
    expect(store.latest('dataset')?.directory).toBe(directory);
  });

  it.each(['..', '../dataset', 'a/b', '.', ''])('refuses the stage %j', (stage) => {
    const store = makeStore();
    store.write(draft());
    expect(() => store.write(draft({ stage }))).toThrow(/cannot be kept: stage/);
    expect(bytesOf(store.latest('dataset'), 'x.bin')).toEqual([...BYTES]);
  });

  it('does not share what it was given, nor what it gives', () => {
    const store = makeStore();
    const given = Buffer.from(BYTES);
    const options = { list: [1] };
    const written = store.write(draft({ files: new Map([['x.bin', given]]), options }));
    given[0] = 9;
    options.list[0] = 9;
    written.read('x.bin')[1] = 9;
    written.manifest.metrics.loss = 9;
    const latest = store.latest('dataset');
    expect(latest?.manifest).toMatchObject({ options: { list: [1] }, metrics: { loss: 1 } });
    for (const artifact of [written, latest]) expect(bytesOf(artifact, 'x.bin')).toEqual([...BYTES]);
    const piece = new Uint8Array(2);
    const opened = written.open('x.bin');
    opened.readAt(1, piece);
    opened.close();
    expect(piece).toEqual(BYTES.subarray(1));
  });

  it('keeps progress by stage, beside the artifacts, until it is dropped', () => {
    const store = makeStore();
    const progress = store.progress('train');
    expect(progress.load()).toBeUndefined();
    progress.save(BYTES);
    progress.save(Uint8Array.of(4));
    store.write(draft({ stage: 'train' }));
    expect(store.progress('dataset').load()).toBeUndefined();
    expect([...(store.progress('train').load() ?? [])]).toEqual([4]);
    progress.drop();
    progress.drop();
    expect(progress.load()).toBeUndefined();
  });

  it('gives progress to the same work alone, and none that is damaged', () => {
    const progress = makeStore().progress('train');
    const [mine, other] = ['mine', 'other'].map((name) => keyedProgress(progress, sha256(name)));
    mine.save(BYTES);
    expect([...(mine.load() ?? [])]).toEqual([...BYTES]);
    expect(other.load()).toBeUndefined();
    const saved = progress.load() as Uint8Array;
    saved[saved.length - 1] ^= 1;
    progress.save(saved);
    expect(mine.load()).toBeUndefined();
    progress.save(Uint8Array.of(1));
    expect(mine.load()).toBeUndefined();
  });

  it('says what it does not have', () => {
    const artifact = makeStore().write(draft());
    const missing = expect.objectContaining({ kind: 'input', code: 'not-in-artifact' });
    for (const ask of [artifact.read, artifact.readText, artifact.open]) {
      expect(() => ask('no.bin')).toThrow(missing);
    }
  });
});

describe.each<[string, () => ArtifactStore]>([
  ['memoryStore', memoryStore],
  ['diskStore', () => diskStore(root)],
])('scratch of %s', (_, makeStore) => {
  /** More than any buffer holds, in pieces of many sizes. */
  const pieces = [3, 2 ** 20, 0, 5, 2 ** 21 + 1, 70_000].map((length, index) =>
    new Uint8Array(length).fill(index + 1),
  );
  const whole = Buffer.concat(pieces);

  it('reads what was appended, and becomes a file', () => {
    const store = makeStore();
    const scratch = store.scratch();
    for (const piece of pieces) scratch.append(piece);
    expect(scratch.length).toBe(whole.length);
    const middle = new Uint8Array(100);
    scratch.readAt(2 ** 20 - 50, middle);
    expect([...middle]).toEqual([...whole.subarray(2 ** 20 - 50, 2 ** 20 + 50)]);
    const artifact = store.write(draft({ files: new Map([['x.bin', scratch]]) }));
    store.dropScratch();
    expect(Buffer.compare(artifact.read('x.bin'), whole)).toBe(0);
    expect(store.latest('dataset')?.manifest.files).toEqual([
      { path: 'x.bin', bytes: whole.length, sha256: sha256(whole) },
    ]);
  });

  it('leaves nothing that was not kept', () => {
    const store = makeStore();
    store.scratch().append(whole);
    store.dropScratch();
    expect(readdirSync(root)).toEqual([]);
  });
});
