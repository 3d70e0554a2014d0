/** The plan of an arena as a picture: buffers by the names of their tensors, steps by the names of their operators. */

import type { ModelOutline, OutlineOperator } from '../../ir/outline.ts';
import type { ArenaPlan, PlannedBuffer } from '../../planner/arena-plan.ts';
import type { MemoryBox, MemoryPicture } from '../../targets/plots/memory-picture.ts';

function nameOf({ name, customName }: OutlineOperator): string {
  return customName ?? name;
}

/** What runs at each time of a plan, in the order in which `markLifetimes` counts. */
function stepNames({ subgraphs }: ModelOutline): readonly string[] {
  const names = ['input'];
  const walk = (index: number): void => {
    for (const operator of subgraphs[index].operators) {
      names.push(nameOf(operator));
      for (const called of operator.calls ?? []) {
        names.push(`subgraph ${called}`);
        walk(called);
      }
    }
  };
  walk(0);
  return names;
}

function boxOf({ subgraphs }: ModelOutline, buffer: PlannedBuffer): MemoryBox {
  const { subgraph, tensor, scratchOf, bytes, offset, firstUse: first, lastUse: last } = buffer;
  const { tensors, operators, inputs, outputs } = subgraphs[subgraph];
  const place = { bytes, offset, first, last };
  if (tensor === undefined) {
    const owner = scratchOf === undefined ? '' : ` of ${nameOf(operators[scratchOf])}`;
    return { ...place, kind: 'scratch', label: `scratch${owner}` };
  }
  const isMain = subgraph === 0;
  const kind =
    isMain && inputs.includes(tensor)
      ? 'input'
      : isMain && outputs.includes(tensor)
        ? 'output'
        : 'activation';
  return { ...place, kind, label: tensors[tensor].name };
}

/** Buffers that no operator touches have no place in time and are left out. */
export function memoryPicture(outline: ModelOutline, plan: ArenaPlan, title: string): MemoryPicture {
  const boxes = plan.buffers
    .filter(({ firstUse, lastUse }) => firstUse >= 0 && lastUse >= firstUse)
    .map((buffer) => boxOf(outline, buffer))
    .sort((a, b) => a.offset - b.offset || a.first - b.first);
  const { headBytes, tailBytes, minimumBytes, unknownOperators } = plan;
  const arena = { tailBytes, minimumBytes };
  return { title, steps: stepNames(outline), boxes, headBytes, arena, unknownOperators };
}
