/** What the float interpreter sees of every tensor over a block of records, to be added up in the order of the blocks. */

import { elementCount, type TensorData } from '../../core/tensor.ts';
import { createInterpreter, type InterpreterOptions } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import {
  clearTally,
  type Observer,
  plainObserver,
  type Tally,
  type TallyShape,
} from '../../kernels/float/tally.ts';
import { simdObservers } from '../../kernels/simd/tally.ts';
import { recordElements, recordSplitter } from './record-inputs.ts';

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

type Observed = TallyShape & Observer;

export type Tallies = ReadonlyMap<ValueId, Tally>;

function createObservers(shapes: readonly TallyShape[]): readonly Observer[] {
  return simdObservers(shapes) ?? shapes.map(plainObserver);
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
  const ids = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs), ...states];
  const create = (rows: number) => {
    const shapes = ids.map((id): TallyShape => {
      const { shape } = getValue(graph, id).type;
      const channels = shape.at(-1) ?? 1;
      return { elements: elementCount(shape), channels, groups: blockGroups(rows, count, channels) };
    });
    const observers = createObservers(shapes);
    const of = new Map(ids.map((id, index) => [id, { ...shapes[index], ...observers[index] }]));
    const tallies: Tallies = new Map(ids.map((id, index) => [id, observers[index].tally]));
    return { rows, of, tallies };
  };
  let made: ReturnType<typeof create> | undefined;
  let seen = 0;
  return (records, rows) => {
    // The last block may have fewer rows than the others.
    if (made?.rows !== rows) made = create(rows);
    const { of, tallies } = made;
    for (const tally of tallies.values()) clearTally(tally);
    for (let row = 0; row < rows; row++) {
      if (seen++ % sequence === 0) interpreter.reset();
      const record = records.subarray(row * length, (row + 1) * length);
      const see = (id: ValueId, data: TensorData): void => {
        const { groups, observe } = of.get(id) as Observed;
        observe(data as Float32Array, Math.floor((row * groups) / rows));
      };
      interpreter.invoke(split(record), see, see);
    }
    return tallies;
  };
}
