/** What an importer is: how it knows its files, what else it reads, and the graph that it makes. */

import type { Shape } from '../core/tensor.ts';
import type { Graph } from '../ir/graph.ts';

/** The bytes of a file that a model names, relative to its own folder. */
export type LoadBeside = (path: string) => Uint8Array;

export interface ImportSource {
  readonly bytes: Uint8Array;
  readonly loadBeside: LoadBeside;
  /** Shapes of inputs by their names in the file, where they are to be other than it says. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Inputs and outputs keep the order of axes that they have in the file, the channels first if so. */
  readonly keepLayout: boolean;
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

export interface Importer {
  /** Of the format and of who writes it, as help and hints have it: `ONNX (PyTorch)`. */
  readonly title: string;
  /** How its files are usually called, for help alone: the content decides. */
  readonly files: string;
  /** Where a folder is given, the file in it that is read. */
  readonly folderFile?: string;
  /** Asked of the whole file, cheaply. */
  recognizes(bytes: Uint8Array): boolean;
  /** Input errors for damaged files, unsupported errors for what no chip computes. */
  read(source: ImportSource): Imported | Promise<Imported>;
}
