/** Recordings in Edge Impulse's acquisition format: a row is one sample of all sensors. */

import * as z from 'zod';
import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { type Acquisition, isAcquisition, readAcquisition } from './edge-impulse/acquisition.ts';
import { requireKinds } from './fixed-kinds.ts';
import { badData, readOrSkip } from './read-file.ts';
import type { Column, RowBlock, RowSource } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';

const edgeImpulseFormat = z.strictObject({});
type EdgeImpulseFormat = z.infer<typeof edgeImpulseFormat>;

const BLOCK_VALUES = 2 ** 16;
const ROW_HINT = 'Give every row one number for each sensor, null where there is none.';

/** Writes a row, or says what is wrong with it, as the end of a sentence. */
function writeRow(
  row: unknown,
  sensors: readonly string[],
  into: Float64Array,
  at: number,
): string | undefined {
  const values: unknown = sensors.length === 1 && !Array.isArray(row) ? [row] : row;
  if (!Array.isArray(values)) return 'is no list of numbers';
  if (values.length !== sensors.length)
    return `has ${counted(values.length, 'value')} for ${counted(sensors.length, 'sensor')}`;
  for (const [place, value] of values.entries()) {
    const number = value === null ? Number.NaN : value;
    if (typeof number !== 'number') return `has no number for ${JSON.stringify(sensors[place])}`;
    if (Math.abs(number) === Number.POSITIVE_INFINITY)
      return `holds infinity for ${JSON.stringify(sensors[place])}`;
    into[at + place] = number;
  }
  return undefined;
}

/** A block ends where a row is left out. */
function* blocksOf(
  file: DataFile,
  { sensors, rows }: Acquisition,
  context: ReadContext,
): Generator<RowBlock> {
  const most = Math.max(1, Math.floor(BLOCK_VALUES / sensors.length));
  const values = new Float64Array(most * sensors.length);
  let [start, count] = [0, 0];
  for (const [place, row] of rows.entries()) {
    const flaw = writeRow(row, sensors, values, count * sensors.length);
    if (flaw === undefined) count++;
    else context.skip(badData(`${file.path}: row ${place + 1} ${flaw}`, ROW_HINT));
    if (flaw === undefined && count < most) continue;
    if (count > 0) yield { file, start, rows: count, values };
    [start, count] = [place + 1, 0];
  }
  if (count > 0) yield { file, start, rows: count, values };
}

/** The sensors of the first file that can be read. */
function sensorsOf(files: readonly DataFile[], context: ReadContext): readonly string[] {
  for (const file of files) {
    const acquisition = readOrSkip(file, context, readAcquisition);
    if (acquisition !== undefined) return acquisition.sensors;
  }
  throw inputError('no-data', 'There is no acquisition to read', 'Name a folder that has some.');
}

function requireSensors(found: readonly string[], wanted: readonly string[]): void {
  if (found.length === wanted.length && found.every((name, i) => name === wanted[i])) return;
  const listed = (names: readonly string[]) => names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
  throw badData(
    `its sensors are ${listed(found)}, and those of the files before are ${listed(wanted)}`,
    'Give recordings of the same sensors, in the same order.',
  );
}

function openAcquisitions(files: readonly DataFile[], context: ReadContext): RowSource {
  const sensors = sensorsOf(files, context);
  const columns = sensors.map((name): Column => ({ name, kind: 'number', shape: [] }));
  requireKinds(columns, context);
  return {
    columns,
    async *blocks() {
      for (const file of files) {
        const acquisition = readOrSkip(file, context, (bytes) => {
          const read = readAcquisition(bytes);
          requireSensors(read.sensors, sensors);
          return read;
        });
        if (acquisition !== undefined) yield* blocksOf(file, acquisition, context);
      }
    },
  };
}

/** Columns are the sensors by name. The label is the part of the file's name before its first dot, and no column. */
export const edgeImpulseSource: Source<EdgeImpulseFormat, 'edge-impulse'> = {
  name: 'edge-impulse',
  summary: "Recordings in Edge Impulse's acquisition format, JSON or CBOR: label.id.json.",
  format: edgeImpulseFormat,
  recognizes: isAcquisition,
  async sniff() {
    return {};
  },
  async open(files, _, context) {
    return openAcquisitions(files, context);
  },
};
