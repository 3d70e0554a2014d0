/** Tables, pictures and recordings of a few hundred bytes that are many rows, pixels or seconds. */

import { zipSync } from 'fflate';
import { writeNpy } from '../../../src/data/records/npy.ts';
import { type Codec, type WrittenColumn, writeParquet } from '../../data/sources/parquet/write-parquet.ts';
import type { HostileFile } from './hostile-file.ts';

const column = (name: string, more: Partial<WrittenColumn>): WrittenColumn => ({
  name,
  type: 'DOUBLE',
  values: [1.5],
  ...more,
});

/** Two columns of one value each, in so many row groups. */
function runs(rows: number, groups: number): Uint8Array {
  const names = ['x', 'label'];
  const columns = names.map((name) => column(name, { dictionary: true, repeated: rows }));
  return writeParquet(columns, rows / groups);
}

function bomb(codec: Codec): Uint8Array {
  return writeParquet([column('label', { claimedBytes: 2 ** 26 })], 1, codec);
}

function npz(rows: number, columns: number): Uint8Array {
  const array = (shape: readonly number[], length: number) =>
    writeNpy('float32', shape, new Float32Array(length));
  return zipSync(
    { 'x.npy': array([rows, columns], rows * columns), 'y.npy': array([rows], rows) },
    { level: 9 },
  );
}

/** The first bytes of a file that claims a size, and nothing behind them. */
function idx(rows: number): Uint8Array {
  const bytes = new Uint8Array(100);
  const view = new DataView(bytes.buffer);
  [0x0803, rows, 28, 28].forEach((value, index) => {
    view.setUint32(4 * index, value);
  });
  return bytes;
}

const FILES: Readonly<Record<string, () => Uint8Array>> = {
  'run.parquet': () => runs(2 ** 16, 1),
  'long-run.parquet': () => runs(2 ** 24, 1),
  'runs.parquet': () => runs(2 ** 22, 4),
  'gzip.parquet': () => bomb('GZIP'),
  'brotli.parquet': () => bomb('BROTLI'),
  'rows.npz': () => npz(2 ** 16, 1),
  'columns.npz': () => npz(2, 2 ** 16),
  'images-idx3-ubyte': () => idx(2 ** 31),
};

/** Files that projects are made of. */
export function dataFiles(): readonly HostileFile[] {
  return Object.entries(FILES).map(([name, make]) => ({
    name,
    files: { [name]: make() },
    commands: [
      ['init', '--from', name, 'out'],
      ['init', '--from', name, '--target', 'label', 'out'],
      ['init', '--from', name, '--target', 'y', 'out'],
    ],
  }));
}
