/** Without Node's watchdog and its many copies of the library, as in browsers. */

import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const tiny = readFileSync('fixtures/keras/tiny.h5');

async function withoutNode() {
  vi.resetModules();
  const { hdf5Host } = await import('../../src/formats/hdf5/host.ts');
  vi.stubGlobal('process', undefined);
  const host = hdf5Host();
  vi.unstubAllGlobals();
  return host;
}

it('there is one copy of the library, and nothing stops it', async () => {
  const host = await withoutNode();
  expect(await host.copy(0)).toHaveProperty('File');
  expect(host.copy(1)).toBeUndefined();
  expect(host.withinTime(0, () => 7)).toBe(7);
});

it('models are read, and once the library has stopped half-way that is said', async () => {
  const host = await withoutNode();
  vi.doMock('../../src/formats/hdf5/host.ts', () => ({ hdf5Host: () => host }));
  const { readWithHdf5 } = await import('../../src/formats/hdf5/library.ts');
  const { readKerasH5 } = await import('../../src/formats/hdf5/keras-h5.ts');
  expect((await readKerasH5(tiny)).weights.length).toBeGreaterThan(0);
  const trap = (): never => {
    throw Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
  };
  await expect(readWithHdf5(tiny, 1000, trap)).rejects.toMatchObject({ kind: 'input', code: 'bad-hdf5' });
  const stopped = { kind: 'environment', code: 'hdf5-stopped' };
  await expect(readKerasH5(tiny)).rejects.toMatchObject(stopped);
  await expect(readKerasH5(tiny)).rejects.toMatchObject(stopped);
  vi.doUnmock('../../src/formats/hdf5/host.ts');
});
