/** What stands above the C of each layer. */

import type { QuantParams } from '../../core/quant-params.ts';
import { formatShape } from '../../core/tensor.ts';
import { type Graph, getValue, inputShapes, type Node } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { quoteForComment } from '../c-array/c-comment.ts';
import { floatText } from '../firmware/c-literal.ts';
import type { ProgramStep } from './program-step.ts';

function scaleText(quant: QuantParams | undefined): string {
  return quant?.scheme === 'per-tensor'
    ? `, scale ${floatText(quant.scale)}, zero point ${quant.zeroPoint}`
    : '';
}

function macsText(graph: Graph, node: Node): string {
  const macs = opOf(node.kind).macs(
    inputShapes(graph, node),
    node.outputs.map((id) => getValue(graph, id).type.shape),
  );
  return macs === 0 ? '' : `, ${macs.toLocaleString('en-US')} MACs`;
}

function nodeText(graph: Graph, node: Node): string {
  const [input] = node.inputs;
  const [output] = node.outputs.map((id) => getValue(graph, id).type);
  const from = input === undefined ? '' : `${formatShape(getValue(graph, input).type.shape)} to `;
  const { activation = 'none' } = node.attributes as { readonly activation?: string };
  const fused = activation === 'none' ? '' : ` with ${activation}`;
  return `${node.kind} ${quoteForComment(node.name)}, ${from}${formatShape(output.shape)}${fused}${macsText(graph, node)}${scaleText(output.quant)}`;
}

/**
 * `0: conv_2d "first", [1, 48, 48, 1] to [1, 24, 24, 8] with relu, 41,472 MACs, scale 0.0235, zero point -128`; operators
 * that are one step stand one behind the other.
 */
export function stepComment(graph: Graph, { index, nodes }: ProgramStep): string {
  return `${index}: ${nodes.map((node) => nodeText(graph, node)).join('; ')}`;
}
