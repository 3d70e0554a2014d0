import { expect, it } from 'vitest';
import { StepPlan } from '../../../src/training/compiled/step-plan.ts';
import { Values } from '../../../src/training/compiled/values.ts';

it('lets gradients lie where those lay that all steps are done with', () => {
  const plan = new StepPlan(4);
  const values = new Values(plan);
  const [first, second] = [plan.slot([6], true), plan.slot([6], true)];
  values.place(first, 1);
  values.take(0);
  values.place(second, 1);
  values.release([0]);
  expect(plan.slot([7], true).gradient).not.toBe(first.gradient);
  expect(plan.slot([2, 3], true).gradient).toBe(first.gradient);
  expect(plan.slot([6], true).gradient).not.toBe(second.gradient);
});

it('keeps gradients that readers wait for, and those that are given on in another shape', () => {
  const plan = new StepPlan(4);
  const values = new Values(plan);
  const slot = plan.slot([6], true);
  values.place(slot, 2);
  const [one, other] = [values.take(0), plan.slot([6], true)];
  // Of two readers that write gradients of their own, one only gives it on.
  values.place({ ...one, shape: [2, 3] }, 1);
  values.release([0]);
  expect(plan.slot([6], true).gradient).not.toBe(one.gradient);
  values.take(0);
  values.place(other, 0);
  values.release([0]);
  const free = plan.slot([6], true).gradient;
  expect(free).toBe(slot.gradient);
  expect(plan.slot([6], true).gradient).not.toBe(one.gradient);
  values.take(1);
  values.release([1]);
  expect(plan.slot([6], true).gradient).toBe(one.gradient);
});
