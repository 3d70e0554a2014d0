/** The gate on hand-made figures: what equals a limit passes, what is not known never does. */

import { describe, expect, it } from 'vitest';
import { countOperators } from '../../../src/models/check/count-operators.ts';
import { type Measured, macsFigure } from '../../../src/models/check/measure-model.ts';
import {
  type CheckLimits,
  type CheckRow,
  type FigureRow,
  runChecks,
} from '../../../src/models/check/run-checks.ts';

const MEASURED: Measured = {
  flash: { value: 2704 },
  arena: { value: 1168 },
  ram: { value: 1500 },
  macs: { value: 288 },
  accuracy: { value: 0.9 },
  accuracyDrop: { value: 0.02 },
  sqnr: { value: 30 },
  mse: { value: 0.25 },
  mae: { value: 0.4 },
  r2: { value: 0.95 },
  operators: 2,
  libraries: [
    { library: 'tflm', ok: true, answer: 'yes', refusals: [] },
    {
      library: 'chirale',
      answer: 'no',
      ok: false,
      refusals: [{ operator: 'REVERSE_V2', reason: 'Not there.', count: 3 }],
    },
  ],
};

function only(measured: Measured, limits: CheckLimits, baseline?: Measured): FigureRow {
  const rows = runChecks(measured, limits, baseline);
  expect(rows).toHaveLength(1);
  return rows[0] as FigureRow;
}

function rowOf(rows: readonly CheckRow[], check: string): FigureRow {
  const row = rows.find((candidate) => candidate.check === check);
  if (row === undefined || row.check === 'operators') throw new Error(`no row ${check}`);
  return row;
}

describe('limits', () => {
  it.each([
    ['flash', 2704, 2703],
    ['arena', 1168, 1167],
    ['ram', 1500, 1499],
    ['macs', 288, 287],
    ['accuracyDrop', 0.02, 0.0199],
    ['mse', 0.25, 0.2499],
    ['mae', 0.4, 0.3999],
  ] as const)('%s: %d passes, %d fails', (check, equal, less) => {
    expect(only(MEASURED, { [check]: equal })).toMatchObject({ check, ok: true, margin: 0 });
    const failed = only(MEASURED, { [check]: less });
    expect(failed.ok).toBe(false);
    expect(failed.margin).toBeCloseTo(less - equal, 12);
  });

  it.each([
    ['accuracy', 0.9, 0.9001],
    ['sqnr', 30, 30.5],
    ['r2', 0.95, 0.9501],
  ] as const)('%s: %d passes, %d fails', (check, equal, more) => {
    expect(only(MEASURED, { [check]: equal })).toMatchObject({ check, ok: true, margin: 0 });
    const failed = only(MEASURED, { [check]: more });
    expect(failed.ok).toBe(false);
    expect(failed.margin).toBeCloseTo(equal - more, 12);
  });

  it('a limit of 0 is one', () => {
    expect(only(MEASURED, { flash: 0 })).toMatchObject({ ok: false, margin: -2704 });
  });

  it('without a limit there is no row', () => {
    expect(runChecks(MEASURED, {})).toEqual([]);
  });

  it('what is not a number is within no limit', () => {
    expect(only({ ...MEASURED, sqnr: { value: Number.NaN } }, { sqnr: 1 }).ok).toBe(false);
    expect(only({ ...MEASURED, accuracyDrop: { value: Number.NaN } }, { accuracyDrop: 1 }).ok).toBe(false);
  });
});

describe('what is not known', () => {
  const doubtful = { ...MEASURED, arena: { value: 1168, doubt: 'the memory of X is not known' } };

  it('fails above the lower bound with the reason, and below it as too much', () => {
    const above = only(doubtful, { arena: 4096 });
    expect(above).toMatchObject({ ok: false, atLeast: true, unknown: 'the memory of X is not known' });
    expect(above).not.toHaveProperty('margin');
    const below = only(doubtful, { arena: 1000 });
    expect(below).toMatchObject({ ok: false, atLeast: true, margin: -168 });
    expect(below).not.toHaveProperty('unknown');
  });

  it('fails where there is no figure at all', () => {
    const row = only({ ...MEASURED, macs: { doubt: 'operator 0 is X' } }, { macs: 1e9 });
    expect(row).toMatchObject({ ok: false, atLeast: false, unknown: 'operator 0 is X' });
    expect(row).not.toHaveProperty('measured');
    const { accuracy: _, ...unmeasured } = MEASURED;
    expect(only(unmeasured, { accuracy: 0 })).toMatchObject({ ok: false, unknown: 'it was not measured' });
  });
});

describe('operators', () => {
  it('are held against what is known of the library', () => {
    expect(runChecks(MEASURED, { opsFor: 'tflm' })).toEqual([
      { check: 'operators', ok: true, library: 'tflm', operators: 2, refusals: [] },
    ]);
    const refusals = [{ operator: 'REVERSE_V2', reason: 'Not there.', count: 3 }];
    expect(runChecks(MEASURED, { opsFor: 'chirale' })).toEqual([
      { check: 'operators', ok: false, library: 'chirale', operators: 2, refusals },
    ]);
  });

  it('count once in all subgraphs; custom ones by their own names', () => {
    const operator = (name: string, customName?: string) => ({
      name,
      version: 1,
      inputs: [],
      outputs: [],
      intermediates: [],
      ...(customName === undefined ? {} : { customName }),
    });
    const subgraph = { tensors: [], inputs: [], outputs: [] };
    const outline = {
      subgraphs: [
        { ...subgraph, operators: [operator('ADD'), operator('CUSTOM', 'a'), operator('CUSTOM', 'b')] },
        { ...subgraph, operators: [operator('ADD'), operator('CUSTOM', 'b')] },
      ],
    };
    expect(countOperators(outline)).toBe(3);
    expect(macsFigure(outline)).toMatchObject({ doubt: expect.stringContaining('CUSTOM') });
  });
});

describe('a baseline', () => {
  it('is not to be exceeded, and equal is not worse', () => {
    const rows = runChecks(MEASURED, {}, MEASURED);
    expect(rows.map(({ check, ok }) => [check, ok])).toEqual(
      ['flash', 'arena', 'ram', 'macs', 'accuracy'].map((check) => [check, true]),
    );
    const smaller = { ...MEASURED, flash: { value: 2703 }, accuracy: { value: 0.91 } };
    const worse = runChecks(MEASURED, {}, smaller);
    expect(worse.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['flash', 'accuracy']);
    expect(rowOf(worse, 'flash')).toMatchObject({
      limit: 2703,
      limitIsBaseline: true,
      baseline: 2703,
      delta: 1,
      margin: -1,
    });
  });

  it('gives way to a limit, which still shows the difference', () => {
    const smaller = { ...MEASURED, flash: { value: 2000 } };
    expect(rowOf(runChecks(MEASURED, { flash: 2704 }, smaller), 'flash')).toMatchObject({
      ok: true,
      limit: 2704,
      limitIsBaseline: false,
      baseline: 2000,
      delta: 704,
    });
  });

  it('whose figure is not exact decides nothing', () => {
    for (const arena of [{ value: 5000, doubt: 'X' }, { doubt: 'X' }]) {
      const row = rowOf(runChecks(MEASURED, {}, { ...MEASURED, arena }), 'arena');
      expect(row).toMatchObject({ ok: false, unknown: "the baseline's figure is not known: X" });
      expect(row).not.toHaveProperty('delta');
      expect(rowOf(runChecks(MEASURED, { arena: 1168 }, { ...MEASURED, arena }), 'arena').ok).toBe(true);
    }
  });

  it('is compared in accuracy only where both are known', () => {
    const { accuracy: _, ...unmeasured } = MEASURED;
    expect(runChecks(MEASURED, {}, unmeasured).map(({ check }) => check)).not.toContain('accuracy');
    expect(runChecks(unmeasured, {}, MEASURED).map(({ check }) => check)).not.toContain('accuracy');
  });
});

describe('a tolerance', () => {
  const relative = (percent: number) => ({ kind: 'relative', percent }) as const;
  const worse = (figures: Partial<Measured>): Measured => ({ ...MEASURED, ...figures });

  it.each([
    // 2% of 2704 is 54.08: whole bytes, rounded down.
    ['flash', relative(2), 54],
    ['arena', relative(2), 23],
    ['ram', relative(2), 30],
    ['macs', relative(2), 5],
    // As numbers, 288 × 12.5 / 100 is 36 and 1500 × 0.2 / 100 is 3.0000000000000004 or 3.
    ['macs', relative(12.5), 36],
    ['ram', relative(0.2), 3],
    ['ram', { kind: 'absolute', bytes: 1024, count: 1000 }, 1024],
    ['macs', { kind: 'absolute', bytes: 1024, count: 1000 }, 1000],
  ] as const)('of %s, %j, allows %d more, and not one more', (check, tolerance, allowance) => {
    const value = (MEASURED[check].value as number) + allowance;
    const at = rowOf(runChecks(worse({ [check]: { value } }), {}, MEASURED, tolerance), check);
    expect(at).toMatchObject({ ok: true, limit: value, limitIsBaseline: true, allowance, margin: 0 });
    const over = rowOf(runChecks(worse({ [check]: { value: value + 1 } }), {}, MEASURED, tolerance), check);
    expect(over).toMatchObject({ ok: false, margin: -1, delta: allowance + 1 });
  });

  it('of a percent is of the accuracy too, and equal passes', () => {
    const judged = (accuracy: number, percent: number, baseline = 0.9): FigureRow =>
      rowOf(
        runChecks(
          worse({ accuracy: { value: accuracy } }),
          {},
          worse({ accuracy: { value: baseline } }),
          relative(percent),
        ),
        'accuracy',
      );
    for (const [baseline, percent, least] of [
      // 0.1 less its tenth is 0.09000000000000001 as a number.
      [0.1, 10, 0.09],
      [0.8, 10, 0.72],
      [0.9, 10, 0.81],
      [0.7, 10, 0.63],
      [0.3, 30, 0.21],
      [0.58, 50, 0.29],
    ]) {
      expect(judged(least, percent, baseline).ok).toBe(true);
      expect(judged(least - 1e-9, percent, baseline).ok).toBe(false);
    }
    expect(judged(2 / 3, 0, 2 / 3)).toMatchObject({ ok: true, margin: 0 });
  });

  it('of bytes is none of the accuracy', () => {
    const rows = runChecks(worse({ accuracy: { value: 0.89 } }), {}, MEASURED, {
      kind: 'absolute',
      bytes: 1024,
      count: 1000,
    });
    expect(rowOf(rows, 'accuracy')).toMatchObject({ ok: false, limit: 0.9 });
  });

  it('of nothing is none, gives way to limits, and makes nothing known', () => {
    const more = worse({ flash: { value: 2705 } });
    const none = rowOf(runChecks(more, {}, MEASURED, relative(0)), 'flash');
    expect(none.ok).toBe(false);
    expect(none).not.toHaveProperty('allowance');
    expect(rowOf(runChecks(more, { flash: 2704 }, MEASURED, relative(50)), 'flash')).toMatchObject({
      ok: false,
      limit: 2704,
      limitIsBaseline: false,
    });
    const doubtful = worse({ macs: { value: 288, doubt: 'X' } });
    expect(rowOf(runChecks(MEASURED, {}, doubtful, relative(50)), 'macs').ok).toBe(false);
    expect(rowOf(runChecks(doubtful, {}, MEASURED, relative(50)), 'macs').ok).toBe(false);
    const endless = worse({ macs: { value: Number.POSITIVE_INFINITY } });
    expect(rowOf(runChecks(endless, {}, endless, relative(50)), 'macs')).not.toHaveProperty('allowance');
  });
});

describe('a model whose training diverged', () => {
  const refusals = [{ operator: 'FULLY_CONNECTED', reason: 'Not a number.', count: 1 }];
  const diverged: Measured = {
    ...MEASURED,
    diverged: true,
    libraries: [{ library: 'tflm', ok: false, answer: 'no', refusals }],
  };

  it('fails whatever is asked', () => {
    const rows = runChecks(diverged, { flash: 2704 });
    expect(rows.map(({ check, ok }) => [check, ok])).toEqual([
      ['flash', true],
      ['operators', false],
    ]);
  });
});
