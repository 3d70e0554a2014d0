/** Lowers what is a node already: new nodes for a graph that is being rewritten, in float32. */

import type { Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import type { Rewrite } from '../../ir/rewrite.ts';
import { type AttributesOf, type OpKind, opOf } from '../../ops/index.ts';
import { within } from './functions.ts';
import type { NodeWriter } from './node-writer.ts';

export class RewriteWriter implements NodeWriter<ValueId> {
  readonly #rewrite: Rewrite;
  readonly #name: string;
  readonly #nodes: Node[] = [];

  /** `name` is that of the node whose place the new ones take. */
  constructor(rewrite: Rewrite, name: string) {
    this.#rewrite = rewrite;
    this.#name = name;
  }

  /** In the order in which they were appended; they are not in the graph yet. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  add<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (ValueId | undefined)[],
  ): ValueId {
    return this.addMany(kind, part, attributes, operands)[0];
  }

  addMany<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (ValueId | undefined)[],
  ): readonly ValueId[] {
    const name = this.#nameOf(part);
    const shapes = operands.map((id) => (id === undefined ? undefined : this.shapeOf(id)));
    const outputs = opOf(kind)
      .infer(attributes, shapes)
      .map((shape, index) =>
        this.#rewrite.fresh(index === 0 ? name : `${name}:${index}`, { dtype: 'float32', shape }),
      );
    this.#nodes.push(nodeOf(kind, name, attributes, operands, outputs));
    return outputs;
  }

  constant(part: string, shape: Shape, data: Float32Array): ValueId {
    return this.#rewrite.constant(this.#nameOf(part), { dtype: 'float32', shape }, data);
  }

  state(part: string, shape: Shape): ValueId {
    return this.#rewrite.state(this.#nameOf(part), { dtype: 'float32', shape });
  }

  shapeOf(id: ValueId): Shape {
    return this.#rewrite.type(id).shape;
  }

  #nameOf(part: string): string {
    return part === '' ? this.#name : within(this.#name, part);
  }
}
