import { afterEach, expect, it, vi } from 'vitest';
import { readWithHdf5 } from '../../src/formats/hdf5/library.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('where there is no WebAssembly, a Keras file is refused for that, and no bug is reported', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  await expect(readWithHdf5(new Uint8Array(8), 1000, () => 0)).rejects.toMatchObject({
    kind: 'environment',
    code: 'no-webassembly',
  });
});
