import { expect, it } from 'vitest';
import { renderCheck } from '../../../src/cli/render/check-report.ts';
import type { FigureRow } from '../../../src/models/check/run-checks.ts';

/** 2 % of the baseline's accuracy may be lost. */
function row(measured: number): FigureRow {
  const baseline = 0.90625;
  const allowance = (baseline * 2) / 100;
  const limit = baseline - allowance;
  return {
    check: 'accuracy',
    unit: 'share',
    ok: measured >= limit,
    limit,
    sense: 'least',
    limitIsBaseline: true,
    allowance,
    measured,
    atLeast: false,
    margin: measured - limit,
    baseline,
    delta: measured - baseline,
  };
}

it.each([
  ['equal to the baseline', 0.90625, /ok\n/],
  ['better', 0.95, /ok\n/],
  ['worse within the tolerance', 0.9, /ok, worse by no more than the tolerance\n/],
  ['worse', 0.8, /FAIL\n/],
])('a score %s is called what it is', (_, measured, verdict) => {
  expect(renderCheck({ model: 'm', target: 'x86-64', baseline: 'b', rows: [row(measured)] }, 'text')).toMatch(
    verdict,
  );
});
