/** Walks through elements as calls in C. */

import { elementBytes, type TensorType } from '../../../../core/tensor.ts';
import { C_TYPES, type CDefinition, type CType } from '../../c-code.ts';
import type { ConstantPool } from '../../constant-pool.ts';
import { COPY_RUNS, WALK_DEPTH, walkElements } from '../../definitions/moves.ts';
import { simplified, type Walk, type WalkLoop } from '../../walk.ts';

/** Up to so many bytes, one element after another is not slower than memcpy. */
const SHORT_RUN_BYTES = 4;

/** What a walk is in C. */
export interface WalkCode {
  readonly definitions: readonly CDefinition[];
  /** Lines, of C expressions of pointers to the first elements. */
  lines(input: string, output: string): string[];
}

/** As it is moved: all of one byte in one way. */
export function movedType({ dtype }: TensorType): CType {
  const type = C_TYPES[dtype];
  return type === 'uint8_t' ? 'int8_t' : type;
}

/** A pointer `elements` behind another, as one to `type`. */
export function pointerTo(type: CType, isRead: boolean, pointer: string, elements: number | string): string {
  const cast = `(${isRead ? 'const ' : ''}${type} *)${pointer}`;
  return elements === 0 ? cast : `${cast} + ${elements}`;
}

function scaled({ count, from, to }: WalkLoop, factor: number): WalkLoop {
  return { count, from: from * factor, to: to * factor };
}

/** `call(i)` in as many loops as do not fit into a function. */
function inLoops(loops: readonly WalkLoop[], call: (from: string, to: string) => string): string[] {
  const term = (name: string, step: number): string => (step === 0 ? '' : ` + ${name} * ${step}`);
  const names = loops.map((_, depth) => `turn${depth}`);
  const from = loops.map((loop, depth) => term(names[depth], loop.from)).join('');
  const to = loops.map((loop, depth) => term(names[depth], loop.to)).join('');
  const indent = (depth: number): string => '  '.repeat(depth);
  return [
    ...loops.map(
      ({ count }, depth) =>
        `${indent(depth)}for (int32_t ${names[depth]} = 0; ${names[depth]} < ${count}; ${names[depth]}++) {`,
    ),
    `${indent(loops.length)}${call(from, to)}`,
    ...loops.map((_, depth) => `${indent(loops.length - 1 - depth)}}`),
  ];
}

function addLoops(constants: ConstantPool, label: string, loops: readonly WalkLoop[]): string {
  const idle = new Array<WalkLoop>(WALK_DEPTH - loops.length).fill({ count: 1, from: 0, to: 0 });
  const all = [...idle, ...loops];
  return constants.addStructs(
    `${label}_loops`,
    'struct loop',
    all.map(({ count, from, to }) => [count, from, to]),
  );
}

/** `label` begins the name of its constants. */
export function walkCode(constants: ConstantPool, label: string, type: TensorType, moved: Walk): WalkCode {
  const walk = simplified(moved);
  const bytes = elementBytes(type.dtype);
  const last = walk.loops.at(-1);
  const run = last === undefined ? 1 : last.from === 1 && last.to === 1 ? last.count : 0;
  const around = run > 1 ? walk.loops.slice(0, -1) : walk.loops;
  if (run > 0 && around.length === 0) {
    return {
      definitions: [],
      lines: (input, output) => [
        `memcpy(${pointerTo('int8_t', false, output, walk.to * bytes)}, ${pointerTo('int8_t', true, input, walk.from * bytes)}, ${run * bytes});`,
      ],
    };
  }
  const inRuns = run * bytes > SHORT_RUN_BYTES;
  const unit = inRuns ? bytes : 1;
  const loops = (inRuns ? around : walk.loops).map((loop) => scaled(loop, unit));
  const pointed = inRuns ? 'int8_t' : movedType(type);
  const definition = inRuns ? COPY_RUNS : walkElements(pointed);
  const name = addLoops(constants, label, loops.slice(-WALK_DEPTH));
  return {
    definitions: [definition],
    lines: (input, output) =>
      inLoops(loops.slice(0, -WALK_DEPTH), (from, to) => {
        const operands = [
          name,
          ...(inRuns ? [run * bytes] : []),
          `${pointerTo(pointed, true, input, walk.from * unit)}${from}`,
          `${pointerTo(pointed, false, output, walk.to * unit)}${to}`,
        ];
        return `${definition.name}(${operands.join(', ')});`;
      }),
  };
}

/** Of several walks, what they need together. */
export function definitionsOf(codes: readonly WalkCode[]): CDefinition[] {
  return codes.flatMap(({ definitions }) => definitions);
}
