import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import type { ModelOutline, OperatorView } from '../../src/ir/outline.ts';
import { planArena, runtimeObjectBytes } from '../../src/planner/plan-arena.ts';
import { libraryObjection } from '../../src/targets/tflm/library-limits.ts';
import { hasOperator } from '../../src/targets/tflm/operators.ts';
import { recordedModel } from '../conformance/recorded.ts';
import { fixturePath } from '../fixtures.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';

/** Null where there is nothing to know: what was refused has no arena, what has no records no outputs. */
type Row = readonly [
  name: string,
  used: number | null,
  head: number | null,
  minimum: number | null,
  output: 'equal' | 'differs' | 'refused' | null,
];

const { libraries } = JSON.parse(readFileSync(fixturePath('tflm', 'arduino-arena.json'), 'utf8')) as {
  readonly libraries: readonly {
    readonly library: string;
    readonly target: 'arduino-tflm' | 'chirale';
    readonly rows: readonly Row[];
  }[];
};

/** Models of unknown shape, which have no outline. */
const DYNAMIC = /^edge_dynamic|^reshape_output_minus1$|^avgpool_window_larger_valid$/;

/** Memory that is not known. */
const UNKNOWN: Readonly<Record<string, readonly string[]>> = {
  'arduino-tflm': [],
  chirale: ['trained_lstm_int8'],
};

function pathOf(name: string): string | undefined {
  return (
    recordedModel(name) ??
    sharedPath('models', 'tflm', `${name}.tflite`) ??
    sharedPath('models', 'mlperf-tiny', `${name}.tflite`)
  );
}

function outlineOf(name: string): ModelOutline | undefined {
  const path = pathOf(name);
  return path === undefined ? undefined : readOutline(readFileSync(path)).outline;
}

function viewsOf({ subgraphs: [{ operators, tensors }] }: ModelOutline): OperatorView[] {
  return operators.map((operator) => ({
    operator,
    inputs: operator.inputs.map((index) => (index === undefined ? undefined : tensors[index])),
    outputs: operator.outputs.map((index) => tensors[index]),
  }));
}

describe.each(libraries)('$library', ({ target, rows }) => {
  const known = rows.filter(([name]) => !DYNAMIC.test(name));
  const here = known.filter(([name]) => pathOf(name) !== undefined);

  it('comes with models in this checkout', () => {
    expect(here.length).toBeGreaterThan(40);
  });

  it.skipIf(sharedPath() === undefined)(`has all models measured here (${NO_SHARED})`, () => {
    expect(here).toHaveLength(known.length);
  });

  it.each(here.filter(([, used]) => used !== null))('plans the arena of %s', (name, used, head, minimum) => {
    const outline = outlineOf(name);
    if (outline === undefined) throw new Error(`${name} is missing`);
    const plan = planArena(outline, target);
    if (UNKNOWN[target].includes(name)) {
      expect(plan.unknownOperators).not.toEqual([]);
      expect(plan.usedBytes).toBeLessThanOrEqual(used ?? 0);
      return;
    }
    expect(plan.unknownOperators).toEqual([]);
    expect([plan.usedBytes, plan.headBytes]).toEqual([used, head]);
    if (minimum !== null) expect(plan.acceptedBytes).toBe(minimum);
  });

  /** Equal on the records, though the library is known to compute otherwise. */
  const MAY_DIFFER =
    /^(mean_all|x_mean_25x5_INT16|x_mean_7x7_INT8|resize_nearest_(3x4_to_7x5|7x9_to_3x4|int16)|keyword_scrambled_8bit)$/;
  const MAY_DIFFER_IN_CHIRALE = /^(leakyrelu_|sub_|svdf_int16_state)/;
  /** Offsets beyond the arena and the like: no part of an operator's view. */
  const UNSEEN = /^(edge_|z_)/;

  it.each(here.filter(([name, , , , output]) => output !== null && !UNSEEN.test(name)))(
    'is said to run %s exactly when it does',
    (name, _used, _head, _minimum, output) => {
      const outline = outlineOf(name);
      if (outline === undefined) throw new Error(`${name} is missing`);
      const against = viewsOf(outline).flatMap((view) => {
        if (!hasOperator(target, view.operator.name)) return [`no ${view.operator.name}`];
        return libraryObjection(target, view)?.sentence ?? [];
      });
      if (output !== 'equal') expect(against).not.toEqual([]);
      else if (!MAY_DIFFER.test(name) && !(target === 'chirale' && MAY_DIFFER_IN_CHIRALE.test(name))) {
        expect(against).toEqual([]);
      }
    },
  );

  it('needs as much for its interpreter and its resolver as sizeof says', () => {
    expect([1, 2, 10].map((count) => runtimeObjectBytes(target, count) - 176)).toEqual([56, 100, 452]);
  });
});

it('leaves nothing to say of TensorFlow Lite Micro where it computes what it should', () => {
  const rows = libraries[0].rows.filter(([name, , , , output]) => output === 'equal' && !DYNAMIC.test(name));
  for (const [name] of rows) {
    const outline = outlineOf(name);
    if (outline === undefined) continue;
    expect([name, ...viewsOf(outline).map((view) => libraryObjection('tflm', view)?.sentence)]).toEqual([
      name,
      ...viewsOf(outline).map(() => undefined),
    ]);
  }
});
