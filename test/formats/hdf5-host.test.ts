/** The HDF5 library without Node's watchdog and its many copies, as in browsers, and where it is missing at first. */

import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { type Hdf5Host, hdf5Host as nodeHost } from '../../src/formats/hdf5/host.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('../../src/formats/hdf5/host.ts');
  vi.resetModules();
});

const tiny = readFileSync('fixtures/keras/tiny.h5');

async function withoutNode(): Promise<Hdf5Host> {
  vi.resetModules();
  const { hdf5Host } = await import('../../src/formats/hdf5/host.ts');
  vi.stubGlobal('process', undefined);
  const host = hdf5Host();
  vi.unstubAllGlobals();
  return host;
}

/** The readers, as if they were loaded for the first time on that host. */
async function readersOn(host: Hdf5Host) {
  vi.resetModules();
  vi.doMock('../../src/formats/hdf5/host.ts', () => ({ hdf5Host: () => host }));
  const { readWithHdf5 } = await import('../../src/formats/hdf5/library.ts');
  const { readKerasH5 } = await import('../../src/formats/hdf5/keras-h5.ts');
  return { readWithHdf5, readKerasH5 };
}

const trap = (): never => {
  throw Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
};

it('there is one copy of the library, and nothing stops it', async () => {
  const host = await withoutNode();
  expect(host.copies).toBe(1);
  expect(await host.copy(0)).toHaveProperty('File');
  expect(await host.copy(1)).toBe(await host.copy(0));
  expect(host.withinTime(0, () => 7)).toBe(7);
});

it('models are read, and once the library has stopped half-way that is said', async () => {
  const { readWithHdf5, readKerasH5 } = await readersOn(await withoutNode());
  expect((await readKerasH5(tiny)).weights.length).toBeGreaterThan(0);
  await expect(readWithHdf5(tiny, 1000, trap)).rejects.toMatchObject({ kind: 'input', code: 'bad-hdf5' });
  const stopped = { kind: 'environment', code: 'hdf5-stopped' };
  await expect(readKerasH5(tiny)).rejects.toMatchObject(stopped);
  await expect(readKerasH5(tiny)).rejects.toMatchObject(stopped);
});

it.each([
  ['the only copy', withoutNode],
  ['one of many copies', async () => nodeHost()],
])('%s that could not be loaded is loaded for the next file', async (_, makeHost) => {
  const host = await makeHost();
  const copy = vi.fn(host.copy).mockRejectedValueOnce(new TypeError('Failed to fetch'));
  const { readKerasH5 } = await readersOn({ ...host, copy });
  const first = await Promise.allSettled([readKerasH5(tiny), readKerasH5(tiny)]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await readKerasH5(tiny)).weights.length).toBeGreaterThan(0);
  // Node remembers a module that failed, so it is asked for another.
  expect(copy.mock.calls).toEqual([[0], [1]]);
});

it.each([
  ['is read as soon as it has the time at that pace', 0.1, 1, [1000, 10000]],
  ['is refused once it has had the time', 0.25, Number.POSITIVE_INFINITY, [1000, 4000]],
  ['is refused in the end though others have nearly all', 0.01, Number.POSITIVE_INFINITY, [1000, 19000]],
  ['is refused at once where others take nothing', 1, Number.POSITIVE_INFINITY, [1000]],
])('a file that takes too long %s', async (_, share, failures, expected) => {
  const host = nodeHost();
  const timeout = Object.assign(new Error('Script execution timed out'), {
    code: 'ERR_SCRIPT_EXECUTION_TIMEOUT',
  });
  const limits: number[] = [];
  let used = 0;
  const { readKerasH5 } = await readersOn({
    ...host,
    processorTime: () => used,
    withinTime(milliseconds, body) {
      used += share * milliseconds;
      if (limits.push(milliseconds) <= failures) throw timeout;
      return body();
    },
  });
  const reading = readKerasH5(tiny, 1000);
  if (failures === 1) expect((await reading).weights.length).toBeGreaterThan(0);
  else await expect(reading).rejects.toMatchObject({ code: 'bad-hdf5' });
  expect(limits).toEqual(expected);
});

it('a file that waits while another stops the library is read by the next copy', async () => {
  const { readWithHdf5, readKerasH5 } = await readersOn(nodeHost());
  let stopped: unknown;
  const stopping = readWithHdf5(tiny, 1000, (_, hdf5) => {
    stopped = hdf5;
    return trap();
  });
  const waiting = readWithHdf5(tiny, 1000, (_, hdf5) => hdf5);
  await expect(stopping).rejects.toMatchObject({ code: 'bad-hdf5' });
  expect(await waiting).not.toBe(stopped);
  expect((await readKerasH5(tiny)).weights.length).toBeGreaterThan(0);
});
