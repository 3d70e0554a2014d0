/** RESHAPEs that a pass puts around an operator, and how they go again where nobody needs them. */

import { sameQuant } from '../../core/quant-params.ts';
import { type Shape, sameShape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite } from '../../ir/rewrite.ts';

/** Those of one run of a pass; RESHAPEs that were there before, by whatever tool, are left alone. */
export class MadeReshapes {
  readonly #made = new Set<Node>();

  /** A node that gives `from` the shape of `to`. */
  make(name: string, newShape: Shape, from: ValueId, to: ValueId): Node {
    const reshape = nodeOf('reshape', name, { newShape }, [from], [to]);
    this.#made.add(reshape);
    return reshape;
  }

  /** One step towards none: a node that takes any shape reads past a RESHAPE, and one that changes nothing goes. */
  simplify(rewrite: Rewrite, node: Node): boolean {
    const isMade = this.#made.has(node);
    const [input, ...others] = node.inputs as readonly [ValueId];
    if (isMade && sameShape(rewrite.type(input).shape, rewrite.type(node.outputs[0]).shape)) {
      return rewrite.bypass(node, input);
    }
    const takesAnyShape =
      node.kind === 'reshape' || (node.kind === 'fully_connected' && !node.attributes.keepNumDims);
    const reshape = takesAnyShape ? rewrite.producer(input) : undefined;
    if (reshape?.kind !== 'reshape' || !(isMade || this.#made.has(reshape))) return false;
    const [source] = reshape.inputs as readonly [ValueId];
    // Files of other tools may change the scale on the way, which TFLM does not notice.
    if (!sameQuant(rewrite.type(source).quant, rewrite.type(input).quant)) return false;
    const direct = nodeWith(node, { inputs: [source, ...others] });
    if (isMade) this.#made.add(direct);
    rewrite.replace(node, direct);
    return true;
  }
}
