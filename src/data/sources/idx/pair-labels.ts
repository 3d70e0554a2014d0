/** Which file of labels belongs to which file of pictures. */

import type { DataFile } from '../../../core/data-file.ts';
import { counted } from '../../../core/figure-text.ts';
import { badData } from '../read-file.ts';
import type { IdxLayout } from './idx-layout.ts';

export interface IdxFile {
  readonly file: DataFile;
  readonly layout: IdxLayout;
}

export interface IdxPair {
  readonly rows: IdxFile;
  readonly labels?: IdxFile;
}

const isLabels = ({ layout }: IdxFile): boolean => layout.shape.length === 0 && layout.type.isWhole;

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

const described = ({ file, layout }: IdxFile): string => `${file.path} (${layout.rows})`;

/** As many labels as rows; among several such files the one whose name begins most alike. */
function labelsOf(rows: IdxFile, labels: readonly IdxFile[]): IdxFile {
  const [best] = labels
    .filter(({ layout }) => layout.rows === rows.layout.rows)
    .sort((a, b) => commonStart(b.file.path, rows.file.path) - commonStart(a.file.path, rows.file.path));
  if (best !== undefined) return best;
  throw badData(
    `${rows.file.path}: it has ${counted(rows.layout.rows, 'row')}, and no file has as many labels: ${labels.map(described).join(', ')}`,
    'Give the files that belong together.',
  );
}

/** One axis of whole numbers is labels, where other files have more axes. Throws `bad-data` (input). */
export function pairLabels(files: readonly IdxFile[]): readonly IdxPair[] {
  const labels = files.filter(isLabels);
  const others = files.filter((file) => !isLabels(file));
  if (others.length === 0 || labels.length === 0) return files.map((rows) => ({ rows }));
  const pairs = others.map((rows) => ({ rows, labels: labelsOf(rows, labels) }));
  const twice = pairs.find((pair, i) => pairs.findIndex((other) => other.labels === pair.labels) < i);
  if (twice === undefined) return pairs;
  throw badData(
    `${twice.labels.file.path}: its labels would be those of two files, ${twice.rows.file.path} and another`,
    'Give files of rows and labels whose names begin alike, one each.',
  );
}
