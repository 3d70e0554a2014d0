/** IDX files, as the MNIST database has them: pictures in one file, their labels in another, packed by gzip or not. */

import * as z from 'zod';
import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { elementCount, formatShape, sameShape } from '../../core/tensor.ts';
import { finiteRows } from './finite-rows.ts';
import { requireKinds } from './fixed-kinds.ts';
import { type ByteStream, isGzip, openByteStream, unpackHead } from './idx/byte-stream.ts';
import { type IdxLayout, isIdx, readIdxLayout } from './idx/idx-layout.ts';
import { type IdxFile, type IdxPair, pairLabels } from './idx/pair-labels.ts';
import { badData, orSkip, readOrSkip } from './read-file.ts';
import type { Column, RowBlock, RowSource } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';

const idxFormat = z.strictObject({});
type IdxFormat = z.infer<typeof idxFormat>;

const BLOCK_VALUES = 2 ** 16;
/** More are no classes. */
const MAX_LABELS = 2 ** 16;

/** Every number that is a label, the least first, and its place among them. */
type LabelPlaces = ReadonlyMap<number, number>;

function readNumbers(stream: ByteStream, { type }: IdxLayout, count: number, into: Float64Array): void {
  const bytes = new Uint8Array(count * type.bytes);
  stream.read(bytes);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) into[i] = type.value(view, i * type.bytes);
}

/** All labels of a file. There are at most as many as rows that are read anyway. */
function readLabels({ file, layout }: IdxFile, context: ReadContext): Float64Array | undefined {
  return readOrSkip(file, context, (bytes) => {
    const stream = openByteStream(bytes);
    readIdxLayout(stream);
    const labels = new Float64Array(layout.rows);
    readNumbers(stream, layout, layout.rows, labels);
    stream.finish();
    return labels;
  });
}

interface LabelledFile {
  readonly rows: IdxFile;
  readonly labels?: Float64Array;
}

function withLabels({ rows, labels }: IdxPair, context: ReadContext): readonly LabelledFile[] {
  if (labels === undefined) return [{ rows }];
  const read = readLabels(labels, context);
  return read === undefined ? [] : [{ rows, labels: read }];
}

function placesOf(files: readonly LabelledFile[]): LabelPlaces | undefined {
  if (files.every(({ labels }) => labels === undefined)) return undefined;
  const distinct = new Set<number>();
  for (const { labels = [] } of files) for (const label of labels) distinct.add(label);
  if (distinct.size > MAX_LABELS) {
    throw badData(
      `The labels are ${distinct.size} different numbers, which are no classes`,
      'Give files of labels.',
    );
  }
  return new Map([...distinct].sort((a, b) => a - b).map((label, place) => [label, place]));
}

/** Pictures have a last axis of channels; rows of one axis, or of more than three, are what they are. */
function rowColumn({ shape }: IdxLayout): Column {
  if (shape.length === 2) return { name: 'picture', kind: 'number', shape: [...shape, 1] };
  if (shape.length === 3) return { name: 'picture', kind: 'number', shape };
  return { name: 'x0', kind: 'number', shape };
}

function* rowsOf(
  stream: ByteStream,
  { rows, labels }: LabelledFile,
  places: LabelPlaces | undefined,
): Generator<RowBlock> {
  const { file, layout } = rows;
  const size = elementCount(layout.shape);
  const length = size + (places === undefined ? 0 : 1);
  const most = Math.max(1, Math.floor(BLOCK_VALUES / length));
  const values = new Float64Array(most * length);
  for (let start = 0; start < layout.rows; start += most) {
    const count = Math.min(most, layout.rows - start);
    for (let row = 0; row < count; row++) {
      readNumbers(stream, layout, size, values.subarray(row * length));
      if (labels !== undefined) values[row * length + size] = places?.get(labels[start + row]) ?? Number.NaN;
    }
    yield { file, start, rows: count, values };
  }
  stream.finish();
}

/** What `rows` gives, until something is wrong with the file. */
function* untilDamaged(file: DataFile, context: ReadContext, rows: Generator<RowBlock>): Generator<RowBlock> {
  for (;;) {
    const next = orSkip(file, context, () => rows.next());
    if (next === undefined || next.done) return;
    yield next.value;
  }
}

function readLayouts(files: readonly DataFile[], context: ReadContext): readonly IdxFile[] {
  return files.flatMap((file) => {
    const layout = readOrSkip(file, context, (bytes) => readIdxLayout(openByteStream(bytes)));
    return layout === undefined ? [] : [{ file, layout }];
  });
}

function openIdx(files: readonly DataFile[], context: ReadContext): RowSource {
  const pairs = pairLabels(readLayouts(files, context));
  if (pairs.length === 0)
    throw inputError('no-data', 'There is no IDX file to read', 'Name a folder that has some.');
  const [{ rows: first }] = pairs;
  const alike = pairs.filter(({ rows: { file, layout } }) =>
    orSkip(file, context, () => {
      if (sameShape(layout.shape, first.layout.shape)) return true;
      throw badData(
        `its rows have the shape ${formatShape(layout.shape)}, and those of ${first.file.path} have ${formatShape(first.layout.shape)}`,
        'Read them one after the other.',
      );
    }),
  );
  const labelled = alike.flatMap((pair) => withLabels(pair, context));
  const places = placesOf(labelled);
  const columns: readonly Column[] = [
    rowColumn(first.layout),
    ...(places === undefined
      ? []
      : [{ name: 'label', kind: 'category', shape: [], texts: [...places.keys()].map(String) } as const]),
  ];
  requireKinds(columns, context);
  return {
    columns,
    async *blocks() {
      for (const one of labelled) {
        const { file } = one.rows;
        const bytes = file.open();
        try {
          const stream = orSkip(file, context, () => {
            const opened = openByteStream(bytes);
            readIdxLayout(opened);
            return opened;
          });
          if (stream === undefined) continue;
          for (const block of untilDamaged(file, context, rowsOf(stream, one, places))) {
            yield* finiteRows(block, columns, context);
          }
        } finally {
          bytes.close();
        }
      }
    },
  };
}

/** Files whose numbers have one axis are labels of those that have more; as texts they are sorted by number. */
export const idxSource: Source<IdxFormat, 'idx'> = {
  name: 'idx',
  summary:
    'IDX files as the MNIST database has them, of pictures and of their labels; packed by gzip or not.',
  format: idxFormat,
  recognizes: (head) => isIdx(isGzip(head) ? unpackHead(head) : head),
  async sniff() {
    return {};
  },
  async open(files, _, context) {
    return openIdx(files, context);
  },
};
