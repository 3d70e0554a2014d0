import { expect, it } from 'vitest';
import { Allowance } from '../../src/formats/allowance.ts';

it('a small file describes no more than microcontrollers hold, a large one what is usual', () => {
  const refused = expect.objectContaining({ kind: 'unsupported', code: 'model-too-large' });
  const spend = (fileBytes: number, tensorBytes: number) => () =>
    new Allowance(fileBytes, 'computed').spendTensorBytes(tensorBytes);
  const describe = (fileBytes: number, tensorBytes: number) => () =>
    new Allowance(fileBytes, 'described').spendTensorBytes(tensorBytes);
  expect(describe(880, 32 * 2 ** 20)).not.toThrow();
  expect(describe(880, 64 * 2 ** 20)).toThrow('more than 45 MiB together, the most that is described');
  // A camera's 640 × 480 × 3 bytes, and as many again.
  expect(spend(880, 2 * 640 * 480 * 3)).not.toThrow();
  expect(spend(880, 4 * 2 ** 20)).toThrow('more than 2 MiB together, the most that is computed');
  // MobileNetV2 at 224 × 224 in float32: 14 MB of weights, less than 200 MB of activations one after another.
  expect(spend(14e6, 2e8)).not.toThrow();
  expect(spend(1e9, 2 ** 30 + 1)).toThrow(refused);
  expect(spend(880, Number.NaN)).toThrow(refused);
});
