/** What the float interpreter sees of every tensor over a block of records, to be added up in the order of the blocks. */

import { elementCount, type TensorData } from '../../core/tensor.ts';
import { createInterpreter, type InterpreterOptions } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { recordElements, recordSplitter } from './record-inputs.ts';

/** NaN is no low and no high, as for TensorFlow's calibrator. */
export interface Tally {
  /** Of every element over the records. */
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** Of every channel in each record, or in every few that follow each other: `[group, channel]`. */
  readonly groupLows: Float32Array;
  readonly groupHighs: Float32Array;
}

/** Numbers that are kept of the extremes of records, for each tensor: of wide ones, several records together. */
const MOST_EXTREMES = 2 ** 15;
/** As few groups as still tell of a tail. */
const LEAST_GROUPS = 16;
/** Of a block: a larger one has as many records in each as it takes. */
const MOST_BLOCK_GROUPS = 128;

/** Groups of `count` records, all there are, of a tensor with so many channels. */
export function groupsOf(count: number, channels: number): number {
  return Math.min(count, Math.max(LEAST_GROUPS, Math.floor(MOST_EXTREMES / Math.max(1, channels))));
}

/** No finer than the groups of all records: those of wide tensors would be larger than the block itself. */
function blockGroups(rows: number, count: number, channels: number): number {
  return Math.min(rows, MOST_BLOCK_GROUPS, Math.ceil((rows * groupsOf(count, channels)) / count));
}

export type Tallies = ReadonlyMap<ValueId, Tally>;

function createTally(elements: number, channels: number, groups: number): Tally {
  return {
    lows: new Float32Array(elements),
    highs: new Float32Array(elements),
    sums: new Float64Array(elements),
    squares: new Float64Array(elements),
    groupLows: new Float32Array(groups * channels),
    groupHighs: new Float32Array(groups * channels),
  };
}

function clear({ lows, highs, sums, squares, groupLows, groupHighs }: Tally): void {
  for (const data of [lows, groupLows]) data.fill(Infinity);
  for (const data of [highs, groupHighs]) data.fill(-Infinity);
  for (const data of [sums, squares]) data.fill(0);
}

/** The group begins at `start`. */
function observe(tally: Tally, data: Float32Array, channels: number, start: number): void {
  const { lows, highs, sums, squares, groupLows, groupHighs } = tally;
  let channel = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < lows[i]) lows[i] = value;
    if (value > highs[i]) highs[i] = value;
    sums[i] += value;
    squares[i] += value * value;
    const place = start + channel;
    if (value < groupLows[place]) groupLows[place] = value;
    if (value > groupHighs[place]) groupHighs[place] = value;
    channel = channel + 1 === channels ? 0 : channel + 1;
  }
}

/** How the records are run. */
interface TallyOptions extends Pick<InterpreterOptions, 'sums'> {
  /** Before so many records states are reset; by default never. */
  readonly sequence?: number;
}

/** Tallies of graph inputs, node outputs and states that change step by step over `rows` of `count` records; they hold until the next call. */
export function createTallyRunner(
  graph: Graph,
  count: number,
  { sequence = Infinity, ...options }: TallyOptions = {},
): (records: Float32Array, rows: number) => Tallies {
  const interpreter = createInterpreter(graph, options);
  const split = recordSplitter(interpreter.inputs);
  const length = recordElements(interpreter.inputs);
  const states = [...graph.values.values()].filter(({ state }) => state !== undefined).map(({ id }) => id);
  const shapes = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs), ...states].map((id) => {
    const { shape } = getValue(graph, id).type;
    return { id, elements: elementCount(shape), channels: shape.at(-1) ?? 1 };
  });
  const channelsOf = new Map(shapes.map(({ id, channels }) => [id, channels]));
  const create = (rows: number) =>
    new Map(
      shapes.map(({ id, elements, channels }) => [
        id,
        createTally(elements, channels, blockGroups(rows, count, channels)),
      ]),
    );
  let made = { rows: 0, tallies: create(0) };
  let seen = 0;
  return (records, rows) => {
    // The last block may have fewer rows than the others.
    if (made.rows !== rows) made = { rows, tallies: create(rows) };
    const { tallies } = made;
    for (const tally of tallies.values()) clear(tally);
    for (let row = 0; row < rows; row++) {
      if (seen++ % sequence === 0) interpreter.reset();
      const record = records.subarray(row * length, (row + 1) * length);
      const see = (id: ValueId, data: TensorData): void => {
        const tally = tallies.get(id) as Tally;
        const channels = channelsOf.get(id) as number;
        const group = Math.floor((row * tally.groupLows.length) / (rows * channels));
        observe(tally, data as Float32Array, channels, group * channels);
      };
      interpreter.invoke(split(record), see, see);
    }
    return tallies;
  };
}
