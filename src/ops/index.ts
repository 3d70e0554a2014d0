/** The list of operators. A new one is its file and a row here; the compiler then names the tables that lack it. */

import { add } from './add.ts';
import { dequantize } from './dequantize.ts';
import { fullyConnected } from './fully_connected.ts';
import { logistic } from './logistic.ts';
import { mul } from './mul.ts';
import type { AnyOp, Op, OperandNames } from './op.ts';
import { quantize } from './quantize.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { reshape } from './reshape.ts';
import { softmax } from './softmax.ts';
import { sub } from './sub.ts';
import { tanh } from './tanh.ts';

export const ops = {
  add,
  dequantize,
  fully_connected: fullyConnected,
  logistic,
  mul,
  quantize,
  relu,
  relu6,
  reshape,
  softmax,
  sub,
  tanh,
};

export type OpKind = keyof typeof ops;

/** One row for every operator. */
export type PerOp<T> = { readonly [Kind in OpKind]: T };

export type AttributesOf<Kind extends OpKind> =
  (typeof ops)[Kind] extends Op<Kind, infer Attributes, OperandNames, unknown, unknown> ? Attributes : never;

export const OP_KINDS = Object.keys(ops) as readonly OpKind[];

/**
 * The operator of a kind known at run time only. The graph checker has matched attributes and operands with it,
 * which the type system cannot follow: this is the one cast.
 */
export function opOf(kind: OpKind): AnyOp {
  return ops[kind] as unknown as AnyOp;
}
