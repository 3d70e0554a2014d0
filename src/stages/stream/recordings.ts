/** The samples of a part as one long recording, of which is known what is to be heard in it. */

import { createRandom } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import { RowBlocks } from '../../data/samples/row-blocks.ts';
import type { SampleList } from '../../data/samples/sample-reader.ts';
import type { Replay, Stretch } from '../../models/listen/replay.ts';
import type { DividedFiles } from '../dataset/from-files.ts';
import { inTurn } from './in-turn.ts';

/** Rows of one class that follow each other in a file. */
interface Piece {
  readonly first: number;
  rows: number;
  readonly output: number | undefined;
}

/** Samples that overlap or touch, in one recording and of one class, are one piece. */
function piecesOf(
  { windows, learned }: DividedFiles,
  part: SampleList,
  outputOf: (place: number) => number | undefined,
): readonly Piece[] {
  const pieces: Piece[] = [];
  const { length, first, runs } = windows;
  let run = 0;
  let last: { piece: Piece; run: number; place: number } | undefined;
  for (let sample = part.after(-1); sample >= 0; sample = part.after(sample)) {
    const row = first[sample];
    while (row >= runs[run].first + runs[run].count) run++;
    const place = learned.classes?.of[sample] ?? 0;
    const continues =
      last !== undefined &&
      last.run === run &&
      last.place === place &&
      row <= last.piece.first + last.piece.rows;
    if (last !== undefined && continues) {
      last.piece.rows = row + length - last.piece.first;
      continue;
    }
    const piece = { first: row, rows: length, output: outputOf(place) };
    pieces.push(piece);
    last = { piece, run, place };
  }
  return pieces;
}

function shuffled(pieces: readonly Piece[], seed: number, purpose: string): readonly Piece[] {
  const order = createRandom(seed, purpose).permutation(pieces.length);
  return Array.from(order, (place) => pieces[place]);
}

/** `outputOf` says which output stands for a class by its place; undefined for what is never heard. */
export function recordingOf(
  files: DividedFiles,
  part: SampleList,
  outputOf: (place: number) => number | undefined,
  seed: number,
): Replay {
  const pieces = piecesOf(files, part, outputOf);
  const heard = pieces.filter(({ output }) => output !== undefined);
  const still = pieces.filter(({ output }) => output === undefined);
  const order = inTurn(
    shuffled(heard, seed, 'stream, what is heard'),
    shuffled(still, seed, 'stream, background'),
  );
  let start = 0;
  const stretches = order.map(({ rows, output }): Stretch => {
    const stretch = { start, rows, output };
    start += rows;
    return stretch;
  });
  const width = elementCount(files.rows.shape);
  const blocks = new RowBlocks(files.rows.count, width, (count) => new Float32Array(count), files.rows.read);
  let at = 0;
  return {
    rows: start,
    width,
    stretches,
    read(from, rows, into) {
      for (let row = 0; row < rows; row++) {
        while (at > 0 && stretches[at].start > from + row) at--;
        while (stretches[at].start + stretches[at].rows <= from + row) at++;
        const place = blocks.seek(order[at].first + from + row - stretches[at].start, 1);
        for (let i = 0; i < width; i++) into[row * width + i] = blocks.values[place + i];
      }
    },
  };
}
