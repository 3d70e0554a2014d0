import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderInspection } from '../../../src/cli/render/inspection.ts';
import { renderMemoryPlan } from '../../../src/cli/render/memory-plan-text.ts';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { inspectModel } from '../../../src/models/inspect/inspect-model.ts';
import { memoryPicture } from '../../../src/models/inspect/memory-picture.ts';
import { ARENA_TARGETS } from '../../../src/planner/arena-plan.ts';
import type { MemoryPicture } from '../../../src/targets/plots/memory-picture.ts';
import { memoryPlanSvg } from '../../../src/targets/plots/memory-plan.ts';
import { foreignFile } from '../../formats/tflite/file-of.ts';
import { sineNet, TestGraph } from '../../formats/tflite/models.ts';
import { resourceOperators } from '../../formats/tflite/recurrent-models.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

function checkPicture({ boxes, headBytes, steps }: MemoryPicture): void {
  expect(boxes.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), 0)).toBe(headBytes);
  expect(boxes.every(({ first, last }) => first <= last && last < steps.length)).toBe(true);
}

const ops = sharedPath('golden', 'ops');
const models = sharedPath('models', 'tflm');

describe.skipIf(ops === undefined || models === undefined)(`public files (${NO_SHARED})`, () => {
  const inspectPublic = (name: string) => inspectModel(readFileSync(join(models as string, name)));

  it('every recorded operator is inspected, whoever refuses to run it', () => {
    // Its plan of memory is for another number of tensors, which nobody reads.
    const files = readdirSync(ops as string).filter((name) => /^(?!z_off3).*\.tflite$/.test(name));
    const refused: Record<string, string> = {};
    expect(files.length).toBeGreaterThan(400);
    for (const file of files) {
      const { inspection, plans, outline } = inspectModel(readFileSync(join(ops as string, file)));
      expect(inspection.constantBytes + inspection.overheadBytes, file).toBe(inspection.fileBytes);
      if (inspection.arenaRefused !== undefined) refused[file] = inspection.arenaRefused;
      else expect(inspection.arena.map(({ target }) => target)).toEqual(ARENA_TARGETS);
      // Nothing that has no memory is green anywhere.
      if (plans.length === 0)
        expect(
          inspection.libraries.some(({ ok }) => ok),
          file,
        ).toBe(false);
      for (const plan of plans) checkPicture(memoryPicture(outline, plan, file));
    }
    expect(refused).toEqual({
      'avgpool_window_larger_valid.tflite': expect.stringMatching(/has shape/),
      'edge_dynamic_batch_input.tflite': expect.stringMatching(/has shape \[-1, 8\]/),
      'edge_dynamic_batch_output.tflite': expect.stringMatching(/has shape \[-1, 4\]/),
      'reshape_output_minus1.tflite': expect.stringMatching(/has shape/),
    });
  });

  it('a model with states', () => {
    const { inspection } = inspectPublic('keyword_scrambled_8bit.tflite');
    expect(inspection).toMatchObject({
      fileBytes: 29_632,
      macs: 21_056,
      macsAtLeast: false,
      subgraphs: 1,
      unusedOperatorCodes: ['DEQUANTIZE'],
      passes: [{ pass: 'imported', macs: 21_056 }],
    });
    expect(inspection.operators[1]).toMatchObject({
      operator: 'SVDF',
      macs: 96 * 64 + 64 * 8,
      attributes: { rank: 1 },
    });
    expect(inspection.warnings.map(({ code }) => code)).toEqual(['cmsis-nn-differs']);
  });

  it('a model that tinyml computes', () => {
    const { inspection } = inspectPublic('hello_world_int8.tflite');
    expect(inspection).toMatchObject({ constantBytes: 420, macs: 288, warnings: [] });
    expect(inspection.operators[0].attributes).toEqual({ activation: 'relu', keepNumDims: false });
    expect(inspection.passes.map(({ pass }) => pass)).toEqual(['imported', 'drop-constant-channels']);
    expect(inspection.libraries.map(({ ok }) => ok)).toEqual([true, true, true]);
  });
});

it('of a model that tinyml does not compute knows all but attributes and passes', () => {
  const { inspection } = inspectModel(foreignFile());
  expect(inspection).toMatchObject({ macsAtLeast: true, subgraphs: 1, passes: [] });
  expect(inspection.operators[0]).toMatchObject({ operator: 'BROADCAST_ARGS' });
  expect(inspection.operators[0]).not.toHaveProperty('attributes');
});

it('operators of other subgraphs have not the attributes of those of the main one', () => {
  const { inspection } = inspectModel(writeTflite(resourceOperators()));
  const others = inspection.operators.filter(({ subgraph }) => subgraph > 0);
  expect(others.map(({ operator }) => operator)).toEqual(['VAR_HANDLE', 'ASSIGN_VARIABLE']);
  for (const operator of others) expect(operator).not.toHaveProperty('attributes');
});

it('counts the elements of two operators that share their weights once', () => {
  const graph = new TestGraph();
  const type = { dtype: 'float32', shape: [1, 8] } as const;
  const [weights, bias] = [[8, 8], [8]].map((shape) => graph.constant({ dtype: 'float32', shape }));
  const attributes = { activation: 'none', keepNumDims: false } as const;
  const hidden = graph.node(
    'fully_connected',
    attributes,
    [graph.input(type), weights, bias],
    graph.value(type),
  );
  const output = graph.node('fully_connected', attributes, [hidden, weights, bias], graph.value(type, 'y'));
  const { inspection } = inspectModel(writeTflite(graph.build(output)));
  expect(inspection.constantBytes).toBe(4 * (64 + 8));
  expect(inspection.operators.map(({ constantBytes }) => constantBytes)).toEqual([288, 288]);
});

it('operators that were computed when the file was read have no attributes, all others their own', () => {
  const graph = new TestGraph();
  const type = { dtype: 'int32', shape: [2] } as const;
  const none = { activation: 'none' } as const;
  const [x, two] = [graph.input(type, 'x'), graph.constant(type, Int32Array.of(2, 2))];
  const four = graph.node('mul', none, [two, two], graph.value(type));
  const sum = graph.node('add', none, [x, four], graph.value(type));
  const top = graph.node('sub', { activation: 'relu' }, [sum, two], graph.value(type, 'y'));
  const { operators } = inspectModel(writeTflite(graph.build(top))).inspection;
  expect(operators.map(({ operator, attributes }) => [operator, attributes])).toEqual([
    ['MUL', undefined],
    ['ADD', none],
    ['SUB', { activation: 'relu' }],
  ]);
});

it('mutants are inspected and drawn, or refused', () => {
  const original = writeTflite(sineNet());
  const random = createRandom(23, 'inspect');
  const outcomes = { drawn: 0, refused: 0 };
  for (let mutant = 0; mutant < 600; mutant++) {
    const bytes = Uint8Array.from(original);
    for (let change = 1 + random.below(3); change > 0; change--) {
      bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    }
    try {
      const { inspection, outline, plans } = inspectModel(bytes);
      expect(renderInspection('mutant', inspection)).not.toMatch(/NaN|undefined/);
      if (plans.length === 0) continue;
      const picture = memoryPicture(outline, plans[0], 'mutant');
      expect(memoryPlanSvg(picture)).not.toMatch(/NaN|Infinity|undefined/);
      expect(renderMemoryPlan(picture)).not.toMatch(/NaN|undefined/);
      outcomes.drawn++;
    } catch (error) {
      if (!(error instanceof TinymlError) || !['input', 'unsupported'].includes(error.kind)) throw error;
      outcomes.refused++;
    }
  }
  expect(Math.min(outcomes.drawn, outcomes.refused)).toBeGreaterThan(100);
});
