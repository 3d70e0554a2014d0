/**
 * Numbers that a file rounds to a scale (QUANTIZE and at once DEQUANTIZE) are rounded once: where the same was done before and
 * nothing but moves lies between, not again; in front of what only moves them instead of behind; and behind a clamp
 * alone where that was done on both sides. Everything that is computed stays what it was, to the last bit.
 */

import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import type { Pass } from '../pass.ts';
import { isMoving, isOnGrid, type Steps, sameSteps, stepsOf } from './grid.ts';

/** What a QUANTIZE of real numbers makes. */
function roundingOf(rewrite: Rewrite, node: Node | undefined): Steps | undefined {
  if (node?.kind !== 'quantize' || rewrite.type(node.inputs[0] as ValueId).dtype !== 'float32')
    return undefined;
  return stepsOf(rewrite, node.outputs[0]);
}

/** int8 to uint8 and back, or the other way: the same integers. */
function dropThereAndBack(rewrite: Rewrite, node: Node): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const before = rewrite.producer(input);
  if (node.kind !== 'quantize' || before?.kind !== 'quantize') return false;
  const [source] = before.inputs as readonly [ValueId];
  const [from, between, to] = [source, input, node.outputs[0]].map((id) => rewrite.type(id));
  const isSame =
    from.dtype === to.dtype && from.quant?.scheme === 'per-tensor' && to.quant?.scheme === 'per-tensor';
  if (!isSame || between.quant?.scheme !== 'per-tensor') return false;
  const [a, b, c] = [from.quant, between.quant, to.quant];
  const isShift = [from.dtype, between.dtype].sort().join() === 'int8,uint8';
  const isKept = a.scale === b.scale && b.scale === c.scale && a.zeroPoint === c.zeroPoint;
  const offset = from.dtype === 'int8' ? b.zeroPoint - a.zeroPoint : a.zeroPoint - b.zeroPoint;
  return isShift && isKept && offset === 128 && rewrite.bypass(node, source);
}

/** What nobody reads any more would hide who reads its source. */
function dropUnread(rewrite: Rewrite, id: ValueId): void {
  const producer = rewrite.producer(id);
  if (producer === undefined || rewrite.isOutput(id) || rewrite.consumers(id).length > 0) return;
  rewrite.replace(producer);
}

/** A DEQUANTIZE of what is rounded here, and was steps of the scale before. */
function dropRepeated(rewrite: Rewrite, node: Node): boolean {
  if (node.kind !== 'dequantize') return false;
  const [integers] = node.inputs as readonly [ValueId];
  const rounding = rewrite.producer(integers);
  const steps = roundingOf(rewrite, rounding);
  const source = rounding?.inputs[0];
  if (rounding === undefined || steps === undefined || source === undefined) return false;
  if (!isOnGrid(rewrite, source, steps) || !rewrite.bypass(node, source)) return false;
  dropUnread(rewrite, integers);
  return true;
}

/** What makes the elements of a value that is read here alone, in front of all moves. */
function madeBefore(rewrite: Rewrite, value: ValueId): Node | undefined {
  let id = value;
  let producer = rewrite.producer(id);
  while (producer !== undefined && isMoving(producer) && rewrite.isReadOnce(id)) {
    id = producer.inputs[0] as ValueId;
    producer = rewrite.producer(id);
  }
  return rewrite.isReadOnce(id) ? producer : undefined;
}

/** Rounding in front of a clamp, where the same rounding is all that reads its output. */
function dropBeforeClamp(rewrite: Rewrite, node: Node): boolean {
  if (opOf(node.kind).traits.asFused === undefined) return false;
  const dequantize = madeBefore(rewrite, node.inputs[0] as ValueId);
  if (dequantize?.kind !== 'dequantize') return false;
  const [integers] = dequantize.inputs as readonly [ValueId];
  const rounding = rewrite.producer(integers);
  const steps = roundingOf(rewrite, rounding);
  if (rounding === undefined || steps === undefined || !rewrite.isReadOnce(integers)) return false;
  const [output] = node.outputs;
  const readers = rewrite.consumers(output);
  const isRoundedAgain =
    !rewrite.isOutput(output) &&
    readers.length > 0 &&
    readers.every((reader) => sameSteps(roundingOf(rewrite, reader), steps));
  if (!isRoundedAgain) return false;
  if (!rewrite.bypass(dequantize, rounding.inputs[0] as ValueId)) return false;
  dropUnread(rewrite, integers);
  return true;
}

/** Rounding behind what only moves elements, in front of it. */
function hoist(rewrite: Rewrite, node: Node): boolean {
  const steps = roundingOf(rewrite, node);
  const [moved] = node.inputs as readonly [ValueId];
  const mover = rewrite.producer(moved);
  if (steps === undefined || mover === undefined || !isMoving(mover) || mover.outputs.length > 1)
    return false;
  const [source] = mover.inputs as readonly [ValueId];
  const { name, type, data } = rewrite.value(source);
  if (data !== undefined || !rewrite.isReadOnce(moved) || isOnGrid(rewrite, source, steps)) return false;
  const { dtype, quant } = steps;
  const integers = rewrite.fresh(name, { dtype, shape: type.shape, quant });
  const real = rewrite.fresh(name, type);
  rewrite.replace(
    mover,
    nodeOf('quantize', name, {}, [source], [integers]),
    nodeOf('dequantize', name, {}, [integers], [real]),
    nodeWith(mover, { inputs: [real, ...mover.inputs.slice(1)] }),
  );
  return true;
}

export const settleRounding: Pass = {
  name: 'settle-rounding',
  run: (graph) =>
    rewriteNodes(
      graph,
      (rewrite, node) =>
        dropThereAndBack(rewrite, node) ||
        dropRepeated(rewrite, node) ||
        dropBeforeClamp(rewrite, node) ||
        hoist(rewrite, node),
    ),
};
