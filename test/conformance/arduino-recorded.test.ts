import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { planArena } from '../../src/planner/plan-arena.ts';
import { modelObjections } from '../../src/targets/tflm/model-objections.ts';
import { fixture, fixturePath } from '../fixtures.ts';
import { expectRecords, KERNELS } from './recorded.ts';

interface Arena {
  readonly usedBytes: number;
  readonly acceptedBytes: number;
}

const arenas = JSON.parse(readFileSync(fixturePath('arduino', 'arena.json'), 'utf8')) as Readonly<
  Record<string, Arena>
>;

describe.each(Object.entries(arenas))("%s in Chirale's library", (name, arena) => {
  const model = fixture('arduino', `${name}.tflite`);

  it.each(KERNELS)('is computed byte for byte by the interpreter: %s', (kernels) => {
    const [inputs, outputs] = ['input', 'output'].map((end) => fixture('arduino', `${name}.${end}.bin`));
    expect(expectRecords(createInterpreter(readTflite(model).graph, { kernels }), inputs, outputs)).toBe(20);
  });

  it('is said to run there, in the arena that it takes', () => {
    const { outline } = readOutline(model);
    expect(modelObjections('chirale', outline)).toEqual([]);
    expect(planArena(outline, 'chirale')).toMatchObject(arena);
  });
});
