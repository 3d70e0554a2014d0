/** Affine transforms that follow each other, as one. */

import type { Affine, Transform } from '../../core/samples/preparation.ts';

/** ((x − o₁)·s₁ − o₂)·s₂ = (x − (o₁ + o₂/s₁))·(s₁·s₂); undefined where float32 cannot hold that. */
function fused(first: Affine, second: Affine): Affine | undefined {
  const offset = first.offset.map((own, channel) =>
    Math.fround(own + second.offset[channel] / first.scale[channel]),
  );
  const scale = first.scale.map((own, channel) => Math.fround(own * second.scale[channel]));
  const holds = offset.every(Number.isFinite) && scale.every((one) => Number.isFinite(one) && one !== 0);
  return holds ? { offset, scale } : undefined;
}

/** The same steps with the last two as one where both are affine. */
export function fuseAffine(steps: readonly Transform[]): readonly Transform[] {
  const [first, second] = steps.slice(-2);
  if (first?.step !== 'affine' || second?.step !== 'affine') return steps;
  const parameters = fused(first.parameters, second.parameters);
  return parameters === undefined ? steps : [...steps.slice(0, -2), { step: 'affine', parameters }];
}
