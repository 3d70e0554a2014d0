/** What an importer is: how it knows its files, what else it reads, and the graph that it makes. */

import type { Shape } from '../core/tensor.ts';
import type { Graph } from '../ir/graph.ts';
import type { FormatNames } from './format-names.ts';

/** The bytes of a file that a model names, relative to its own folder. */
export type LoadBeside = (path: string) => Uint8Array;

/** What a person may say of how a file is to be read; formats that have no such thing refuse it. */
export interface ImportWishes {
  /** Shapes of inputs by their names in the file, where these are free or to be others. */
  readonly shapes?: ReadonlyMap<string, Shape>;
  /** Inputs and outputs keep the order of axes that they have in the file: the channels first where they are so. */
  readonly keepLayout?: boolean;
  /** Where the model begins and ends, by names in the file: the rest of it is left out. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** The network of one time step of its sequence, whose recurrent layers keep their states from one inference to the next. */
  readonly step?: boolean;
  /** Which of several functions of the file. */
  readonly signature?: string;
}

/** The name of one of them. */
export type ImportWish = keyof ImportWishes;

/** A file as an importer reads it: its bytes, the files beside it, and what was said of it. */
export interface ImportSource extends ImportWishes {
  readonly bytes: Uint8Array;
  readonly loadBeside: LoadBeside;
}

/** What an importer makes of a file. */
export interface Imported {
  readonly graph: Graph;
  /**
   * For each input whose axes lie in another order than in the file, how: axis i of the graph's is axis `order[i]` of the
   * file's, whose samples are to be reordered likewise.
   */
  readonly inputOrders?: readonly AxisOrder[];
  readonly outputOrders?: readonly AxisOrder[];
  /** Sentences about what is odd in the file and yet is read. */
  readonly notes?: readonly string[];
}

/** Undefined where nothing moved. */
export type AxisOrder = readonly number[] | undefined;

/** A format that models come in. */
export interface Importer extends FormatNames {
  /** What it can be told; none where it is absent. */
  readonly wishes?: readonly ImportWish[];
  /** Asked of the whole file, cheaply. */
  recognizes(bytes: Uint8Array): boolean;
  /** Input errors for damaged files, unsupported errors for what no chip computes. */
  read(source: ImportSource): Promise<Imported>;
}
