/** The buffer of C without an interpreter as a picture: values by their names, steps by those of their operators. */

import { getValue } from '../../ir/graph.ts';
import type { BufferBlock } from '../../targets/c/memory/plan-memory.ts';
import type { Program } from '../../targets/c/program.ts';
import type { ProgramStep } from '../../targets/c/program-step.ts';
import type { MemoryBox, MemoryPicture } from '../../targets/plots/memory-picture.ts';

/** Of operators that are computed together, both. */
function operatorName({ nodes }: ProgramStep): string {
  return nodes.map(({ kind }) => kind.toUpperCase()).join(' + ');
}

/** The column of a step: as in arenas, one is in front of the first. */
const columnOf = (step: number): number => step + 1;

/** Whether a block begins where another ends, over some of its bytes. */
function succeeds(next: BufferBlock, block: BufferBlock): boolean {
  return (
    next.first > block.first &&
    next.first <= block.last &&
    next.offset < block.offset + block.bytes &&
    block.offset < next.offset + next.bytes
  );
}

/** A value over which another is written, or that goes on under another shape, is drawn until then. */
function boxOf({ graph, steps, blocks }: Program, block: BufferBlock): MemoryBox {
  const { bytes, offset, first, value } = block;
  const until = blocks.filter((next) => succeeds(next, block)).map((next) => next.first - 1);
  const place = {
    ...{ bytes, offset },
    first: columnOf(first),
    last: columnOf(Math.min(block.last, ...until)),
  };
  return value === undefined
    ? { ...place, kind: 'scratch', label: `scratch of ${operatorName(steps[first])}` }
    : { ...place, kind: 'activation', label: getValue(graph, value).name };
}

/** Without the caller's inputs, outputs and state. */
export function standalonePicture(program: Program, title: string): MemoryPicture {
  const boxes = program.blocks
    .map((block) => boxOf(program, block))
    .sort((a, b) => a.offset - b.offset || a.first - b.first);
  return {
    title,
    steps: ['input', ...program.steps.map(operatorName)],
    boxes,
    headBytes: program.memory.bytes,
    unknownOperators: [],
  };
}
