import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import type { ModelOutline } from '../../src/ir/outline.ts';
import { ARENA_TARGETS, type ArenaPlan, type ArenaTarget } from '../../src/planner/arena-plan.ts';
import { planArena, runtimeObjectBytes } from '../../src/planner/plan-arena.ts';
import { fixture, fixturePath } from '../fixtures.ts';
import { resourceOperators } from '../formats/tflite/recurrent-models.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { operator, outline, subgraph, tensor } from './outlines.ts';

interface Arena {
  readonly headBytes: number;
  readonly tailBytes: number;
  readonly minimumBytes?: number;
}

/** Of the same models on a PC: the least arena that TFLM accepted and computed the same with. */
interface AcceptedArena {
  readonly usedBytes: number;
  readonly acceptedBytes: number;
}

type Arenas = Partial<Record<ArenaTarget, Arena | AcceptedArena>>;

function expectArena(plan: ArenaPlan, recorded: Arena | AcceptedArena): void {
  expect(plan.unknownOperators).toEqual([]);
  if ('acceptedBytes' in recorded) {
    expect(plan.usedBytes).toBe(recorded.usedBytes);
    expect(plan.acceptedBytes).toBe(recorded.acceptedBytes);
    return;
  }
  expect(plan).toMatchObject({ ...recorded, usedBytes: recorded.headBytes + recorded.tailBytes });
}

/** What holds of every plan. */
function expectSound(plan: ArenaPlan): void {
  expect(plan.tail.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.tailBytes);
  expect(plan.minimumBytes % 16).toBe(0);
  expect(plan.acceptedBytes).toBeGreaterThanOrEqual(plan.usedBytes);
  expect([0, 16]).toContain(plan.minimumBytes - plan.acceptedBytes);
  expect(plan.minimumSetBy).toBe(plan.minimumBytes < plan.usedBytes + 16 ? 'used' : 'planning');
  expect(Math.max(0, ...plan.buffers.map(({ offset, bytes }) => offset + bytes))).toBe(plan.headBytes);
}

const { cases } = JSON.parse(readFileSync(fixturePath('tflm', 'arena.json'), 'utf8')) as {
  readonly cases: readonly {
    readonly model?: string;
    readonly name?: string;
    readonly outline?: ModelOutline;
    readonly arenas: Arenas;
  }[];
};

describe('recorded models in fixtures/tflm', () => {
  it('have the least arena that TFLM accepts, and where that overwrites something another that works', () => {
    const apart = cases.flatMap(({ model, arenas }) => {
      const arena = arenas['x86-64'];
      if (model === undefined || arena === undefined || !('acceptedBytes' in arena)) return [];
      const { minimumBytes, acceptedBytes } = planArena(
        readOutline(fixture('tflm', model)).outline,
        'x86-64',
      );
      expect([model, acceptedBytes]).toEqual([model, arena.acceptedBytes]);
      return minimumBytes === acceptedBytes ? [] : [model];
    });
    expect(apart).toEqual([
      'fc_int8_per_channel.tflite',
      'fc_multiplier_large.tflite',
      'fc_nobias_per_channel.tflite',
      'fc_w128.tflite',
      'gather_batch_dims1.tflite',
      'softmax_int16_fine.tflite',
      'softmax_int16_beta.tflite',
      'softmax_int16_one.tflite',
    ]);
  });

  const rows = cases.flatMap(({ model, name, outline: given, arenas }) =>
    Object.entries(arenas).map(
      ([target, arena]) => [name ?? model ?? '', target as ArenaTarget, given, arena] as const,
    ),
  );

  it.each(rows)('%s on %s', (name, target, given, arena) => {
    const plan = planArena(given ?? readOutline(fixture('tflm', name)).outline, target);
    expectArena(plan, arena);
    expectSound(plan);
  });
});

interface Recorded {
  readonly used: number;
  readonly head: number;
  readonly tail: number;
  readonly minimum: number;
}

const MODELS = [
  'ad01_int8',
  'hello_world_float',
  'hello_world_int8',
  'keyword_scrambled_8bit',
  'micro_speech_quantized',
  'trained_lstm_int8',
  'vww_96_float',
  'vww_96_int8',
];

const BUILDS = [
  ['cortex_m4_reference', 'cortex-m-reference'],
  ['cortex_m4_cmsis_nn', 'cortex-m-cmsis-nn'],
  ['x86_64', 'x86-64'],
] as const;

describe.skipIf(sharedPath('golden', 'models') === undefined)(`whole models (${NO_SHARED})`, () => {
  const rows = MODELS.flatMap((model) =>
    BUILDS.map(([recorded, target]) => [model, target, recorded] as const),
  );

  it.each(rows)('%s on %s', (model, target, recorded) => {
    const facts = JSON.parse(
      readFileSync(sharedPath('golden', 'models', model, 'facts.json') ?? '', 'utf8'),
    ) as {
      readonly model: string;
      readonly arena: Readonly<Record<string, Recorded>>;
    };
    const { used, head, tail, minimum } = facts.arena[recorded];
    const plan = planArena(readOutline(readFileSync(sharedPath(facts.model) ?? '')).outline, target);
    expect(used).toBe(head + tail);
    expectArena(plan, { headBytes: head, tailBytes: tail, minimumBytes: 16 * Math.ceil(minimum / 16) });
    expectSound(plan);
  });
});

interface GoldenCase {
  readonly name: string;
  readonly cortex_m4?: Readonly<
    Record<'reference' | 'cmsis_nn', Partial<Recorded> & { readonly accepted: boolean }>
  >;
}

/** TFLM allocates them, with a size that overflowed. */
const DYNAMIC: ReadonlySet<string> = new Set(['edge_dynamic_batch_input', 'reshape_output_minus1']);

const index = sharedPath('golden', 'ops', 'index.json');
describe.skipIf(index === undefined)(`one-operator models (${NO_SHARED})`, () => {
  const golden = (index === undefined ? [] : JSON.parse(readFileSync(index, 'utf8')).cases) as GoldenCase[];
  const rows = golden.flatMap(({ name, cortex_m4: arenas }) =>
    (
      [
        ['reference', 'cortex-m-reference'],
        ['cmsis_nn', 'cortex-m-cmsis-nn'],
      ] as const
    ).flatMap(([recorded, target]) => {
      const arena = arenas?.[recorded];
      const { head, tail } = arena ?? {};
      if (arena?.accepted !== true || head === undefined || tail === undefined) return [];
      return [[name, target, { headBytes: head, tailBytes: tail }] as const];
    }),
  );

  it('are as many as were accepted', () => {
    const targets = BUILDS.slice(0, 2).map(([, target]) => target);
    expect(targets.map((target) => rows.filter((row) => row[1] === target).length)).toEqual([380, 379]);
  });

  it.each(rows.filter(([name]) => !DYNAMIC.has(name)))('%s on %s', (name, target, arena) => {
    const model = readFileSync(sharedPath('golden', 'ops', `${name}.tflite`) ?? '');
    const plan = planArena(readOutline(model).outline, target);
    expectArena(plan, arena);
    expectSound(plan);
  });
});

describe('planArena', () => {
  const relu = (input: number, output: number) => operator([input], [output], 'RESHAPE');
  const constant = tensor(64, 'constant');

  it('plans activations, leaves constants and empty tensors out', () => {
    const tensors = [tensor(40), constant, tensor(0), tensor(16)];
    const plan = planArena(outline(subgraph(tensors, [relu(0, 3)], [0], [3])), 'cortex-m-reference');
    expect(plan.buffers).toEqual([
      { subgraph: 0, tensor: 0, bytes: 48, offset: 0, firstUse: 0, lastUse: 1 },
      { subgraph: 0, tensor: 3, bytes: 16, offset: 48, firstUse: 1, lastUse: 1 },
    ]);
    expect(plan.headBytes).toBe(64);
    expectSound(plan);
  });

  it('names the shares of the tail', () => {
    const tensors = [tensor(16), tensor(16), tensor(5, 'variable')];
    const plan = planArena(outline(subgraph(tensors, [relu(0, 1)], [0], [1])), 'cortex-m-reference');
    // 36 + 44 + 36 + 8; 8 + 3 * 12; 32; ReshapeParams 36; 5 bytes from 236 to 256; twice a pointer to 16 and 32.
    expect(plan.tail).toEqual([
      { what: 'allocator and planner objects', bytes: 124 },
      { what: 'tensor structures', bytes: 44 },
      { what: 'operator structures', bytes: 32 },
      { what: 'operator options', bytes: 36 },
      { what: 'variables', bytes: 20 },
      { what: 'input and output tensors', bytes: 96 },
    ]);
    expectSound(plan);
  });

  it('takes an offline plan as it is, and moves variables into the head with it', () => {
    const tensors = [tensor(16), tensor(16), tensor(32, 'variable')];
    const main = subgraph(tensors, [relu(0, 1)], [0], [1]);
    const plan = planArena({ subgraphs: [main], offlinePlan: [0, 0, 64] }, 'cortex-m-reference');
    expect(plan.buffers.map(({ tensor: index, offset }) => [index, offset])).toEqual([
      [0, 0],
      [1, 0],
      [2, 64],
    ]);
    expect(plan.headBytes).toBe(96);
    expect(plan.tail.map(({ what }) => what)).not.toContain('variables');
    const online = planArena({ subgraphs: [main], offlinePlan: [-1, -1, -1] }, 'cortex-m-reference');
    expect(online).toEqual(planArena(outline(main), 'cortex-m-reference'));
  });

  it('counts the offline plan over the tensors of all subgraphs', () => {
    const called = subgraph(2, [relu(0, 1)], [0], [1]);
    const caller = { ...operator([0], [1], 'CALL_ONCE'), calls: [1] };
    const plan = planArena(
      { subgraphs: [subgraph(2, [caller], [0], [1]), called], offlinePlan: [-1, -1, 128, -1] },
      'cortex-m-reference',
    );
    expect(plan.buffers.map(({ subgraph: of, tensor: index, offset }) => [of, index, offset])).toEqual([
      [0, 0, 32],
      [0, 1, 16],
      [1, 0, 128],
      [1, 1, 0],
    ]);
  });

  it('names operators it does not know, by name and once', () => {
    const custom = { ...relu(0, 1), name: 'CUSTOM', customName: 'Fft' };
    const strange = { ...relu(1, 2), name: 'constructor' };
    const plan = planArena(outline(subgraph(3, [custom, custom, strange], [0], [2])), 'x86-64');
    expect(plan.unknownOperators).toEqual(['custom operator "Fft"', 'constructor']);
  });

  it('does not claim to know the scratch memory of a subgraph that nothing runs', () => {
    const window = { padding: 'valid', strides: [1, 1], dilations: [1, 1] } as const;
    const called = subgraph(3, [{ ...operator([0, 1, 2], [2], 'TRANSPOSE_CONV'), window }], [0], [2]);
    const scratch = planArena(outline(subgraph(2, [relu(0, 1)], [0], [1]), called), 'cortex-m-reference');
    expect(scratch.unknownOperators).toEqual(['TRANSPOSE_CONV']);
  });

  it('needs more while a wide layer is prepared than in the end', () => {
    // Per-channel weights are fetched with their zero points, 4 bytes for each channel, and so is the bias.
    const channels = 256;
    const quantization = {
      scales: new Array<number>(channels).fill(0.5),
      zeroPoints: new Array<number>(channels).fill(0),
      axis: 0,
    };
    const weights = { ...tensor(channels, 'constant'), shape: [channels, 1], quantization };
    const bias = { ...tensor(4 * channels, 'constant'), dtype: 'int32', shape: [channels], quantization };
    const quantized = { ...tensor(1), quantization: { scales: [0.5], zeroPoints: [0], axis: 0 } };
    const output = { ...quantized, shape: [1, channels], bytes: channels };
    const layer = operator([0, 1, 2], [3], 'FULLY_CONNECTED');
    const plan = planArena(
      outline(subgraph([quantized, weights, bias, output], [layer], [0], [3])),
      'cortex-m-reference',
    );
    const temporary = 4 * 32 + 4 * 12 + 2 * (4 + 4 * channels) + 2 * (4 + 4);
    const persistent = 124 + 8 + 4 * 12 + 32 + 5;
    const prepared = 16 * Math.ceil((16 * Math.ceil(persistent / 16) + 48) / 16) + 2 * 4 * channels;
    expect(plan.minimumBytes).toBe(16 * Math.ceil((12 * 12 + temporary + prepared) / 16));
    expect(plan.minimumSetBy).toBe('planning');
  });

  it('makes room for resource variables in front of everything else, and no place for their handles', () => {
    // Found by trial with TFLM on a PC: 16 bytes less are refused.
    const { outline: model } = readOutline(writeTflite(resourceOperators()));
    const plan = planArena(model, 'x86-64');
    expect(plan).toMatchObject({ minimumBytes: 2048, acceptedBytes: 2048, unknownOperators: [] });
    expectSound(plan);
    expect(plan.tail.find(({ what }) => what === 'variables')?.bytes).toBe(24 + 80 + 2 * 16);
    expect(plan.buffers.map(({ subgraph: of, tensor: at }) => of === 0 && at !== undefined)).not.toContain(
      false,
    );
    for (const target of ARENA_TARGETS) expect(planArena(model, target).unknownOperators).toEqual([]);
  });

  it('refuses more buffers than can be placed in bounded time, which is quadratic in their number', () => {
    const many = subgraph(2 ** 12 + 1, [], [], []);
    expect(() => planArena(outline(many), 'x86-64')).toThrow(/4097 tensors and scratch buffers/);
    expect(planArena(outline(subgraph(2 ** 12, [], [], [])), 'x86-64').buffers).toHaveLength(2 ** 12);
  });
});

describe('runtimeObjectBytes', () => {
  it('is the interpreter and a resolver with room for the operators', () => {
    expect(runtimeObjectBytes('cortex-m-reference', 1)).toBe(208 + 48);
    expect(runtimeObjectBytes('x86-64', 10)).toBe(408 + 736);
    for (const target of ARENA_TARGETS) {
      expect(runtimeObjectBytes(target, 8)).toBeGreaterThan(runtimeObjectBytes(target, 7));
    }
  });
});
