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
}

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
  read(source: ImportSource): Graph | Promise<Graph>;
}
