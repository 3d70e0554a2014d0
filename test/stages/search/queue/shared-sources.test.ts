import { expect, it } from 'vitest';
import type { DataFile } from '../../../../src/core/data-file.ts';
import { sha256 } from '../../../../src/core/digest.ts';
import { canonicalJson } from '../../../../src/core/json.ts';
import { bytesInMemory } from '../../../../src/core/random-access.ts';
import {
  type FileCache,
  fetchSources,
  MOST_SHARED_BYTES,
  shareSources,
} from '../../../../src/stages/search/queue/shared-sources.ts';
import { type NamedSources, sourcesDigest } from '../../../../src/stages/search/trial-sources.ts';
import { memoryBlobs } from './memory-queue.ts';

function fileOf(path: string, bytes: Uint8Array): DataFile {
  return { path, length: bytes.length, open: () => bytesInMemory(bytes) };
}

function memoryCache(): FileCache & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return { kept, has: (digest) => kept.has(digest), add: (digest, bytes) => void kept.set(digest, bytes) };
}

/** Longer than two pieces, of one byte, empty, and one twice. */
const LONG = Uint8Array.from({ length: 2 ** 21 + 5 }, (_, index) => index * index);
const SOURCES: readonly NamedSources[] = [
  { name: '../data', files: [fileOf('a/long.bin', LONG), fileOf('empty', new Uint8Array(0))] },
  { name: 'labels.csv', files: [fileOf('labels.csv', Uint8Array.of(7)), fileOf('again', LONG)] },
];
const DIGEST = sourcesDigest(SOURCES);

it('brings names, paths and contents, under the digest that trials name', async () => {
  const blobs = memoryBlobs();
  await shareSources(SOURCES, blobs).publish();
  const cache = memoryCache();
  const list = await fetchSources(DIGEST, blobs, cache);
  expect(list.map(({ name, files }) => [name, files.map(({ path }) => path)])).toEqual([
    ['../data', ['a/long.bin', 'empty']],
    ['labels.csv', ['labels.csv', 'again']],
  ]);
  expect(sha256(canonicalJson(list))).toBe(DIGEST);
  expect([...cache.kept].map(([digest, bytes]) => sha256(bytes) === digest)).toEqual([true, true, true]);
});

it('takes from a cache what that has, and carries no data where samples are made', async () => {
  const blobs = memoryBlobs();
  await shareSources(SOURCES, blobs).publish();
  await shareSources([], blobs).publish();
  const cache = memoryCache();
  await fetchSources(DIGEST, blobs, cache);
  for (const name of [...blobs.all.keys()]) if (name.includes(':file:')) blobs.all.delete(name);
  expect(await fetchSources(DIGEST, blobs, cache)).toHaveLength(2);
  expect(await fetchSources(sourcesDigest([]), blobs, cache)).toEqual([]);
});

it('puts back what the server has lost, and nothing else', async () => {
  const blobs = memoryBlobs();
  const shared = shareSources(SOURCES, blobs);
  await shared.publish();
  const digests = () => [...blobs.all].map(([name, bytes]) => [name, sha256(bytes)]).sort();
  const whole = digests();
  const [lost] = [...blobs.all.keys()];
  blobs.all.delete(lost);
  await expect(fetchSources(DIGEST, blobs, memoryCache())).rejects.toMatchObject({
    code: 'search-data-missing',
  });
  const kept = new Map(blobs.all);
  await shared.publish();
  expect(digests()).toEqual(whole);
  expect([...kept].every(([name, bytes]) => blobs.all.get(name) === bytes)).toBe(true);
});

it.each([
  ['a piece with another byte', ':file:', (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1)],
  ['a piece that is too long', ':file:', (bytes: Uint8Array) => new Uint8Array([...bytes, 0])],
  ['another list', ':sources:', () => new TextEncoder().encode('[]')],
])('refuses %s', async (_, part, change) => {
  const blobs = memoryBlobs();
  await shareSources([SOURCES[1]], blobs).publish();
  for (const [name, bytes] of blobs.all) if (name.includes(part)) blobs.all.set(name, change(bytes));
  const digest = sourcesDigest([SOURCES[1]]);
  await expect(fetchSources(digest, blobs, memoryCache())).rejects.toMatchObject({
    kind: 'input',
    code: 'search-data-damaged',
  });
});

it.each([
  '{"name":1}',
  '[{"name":"x","files":[{"path":"x","bytes":-1,"sha256":""}]}]',
  'no JSON',
  `[{"name":"x","files":[{"path":"x","bytes":${MOST_SHARED_BYTES + 1},"sha256":"${'0'.repeat(64)}"}]}]`,
])('refuses the list %s, whose digest is right', async (text) => {
  const blobs = memoryBlobs();
  blobs.all.set(`tinyml:sources:${sha256(text)}`, new TextEncoder().encode(text));
  await expect(fetchSources(sha256(text), blobs, memoryCache())).rejects.toMatchObject({
    code: 'search-data-damaged',
  });
});

it('refuses data that no queue carries before anything is put there', () => {
  const huge: DataFile = {
    path: 'huge.bin',
    length: MOST_SHARED_BYTES + 1,
    open: () => ({ length: MOST_SHARED_BYTES + 1, readAt() {}, close() {} }),
  };
  const blobs = memoryBlobs();
  expect(() => shareSources([{ name: 'huge.bin', files: [huge] }], blobs)).toThrow(
    `The project's data are ${MOST_SHARED_BYTES + 1} bytes, and a queue carries ${MOST_SHARED_BYTES}`,
  );
  expect(blobs.all.size).toBe(0);
});
