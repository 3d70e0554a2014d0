import type { Node } from '../../ir/graph.ts';
import type { CodedArray } from './coded/weights.ts';
import type { Emission } from './emitter.ts';

/** An operator of the graph and its C, or two that are computed together. */
export interface ProgramStep {
  /** Of the first operator, among those of the graph. */
  readonly index: number;
  /** What the step reads and makes; else the first operator. */
  readonly node: Node;
  /** The operators, as the graph has them. */
  readonly nodes: readonly Node[];
  /** `layer3` */
  readonly label: string;
  readonly emission: Emission;
  /** Weights that are decoded for it. */
  readonly coded: readonly CodedArray[];
  /** Operands among them, by their positions. */
  readonly codedInputs: ReadonlyMap<number, CodedArray>;
}
