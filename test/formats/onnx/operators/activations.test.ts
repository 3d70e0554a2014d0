import { describe, expect, it } from 'vitest';
import { type NodeOptions, runNode } from './run-node.ts';

const POINTS = [-8, -3.5, -1.25, -0.6, -0.01, 0, 0.02, 0.4, 1, 1.5, 2.75, 7];

/** Abramowitz and Stegun 7.1.5, the series that always converges. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [sum, term] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const clamped = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const number = (value: number) => ({ shape: [], values: [value] });

const FUNCTIONS: readonly (readonly [string, NodeOptions, (x: number) => number])[] = [
  ['Abs', {}, Math.abs],
  [
    'Celu',
    { attributes: { alpha: { float: 2 } } },
    (x) => Math.max(0, x) + Math.min(0, 2 * Math.expm1(x / 2)),
  ],
  ['Clip', { constants: [number(0), number(6)] }, (x) => clamped(x, 0, 6)],
  ['Clip', { constants: [undefined, number(1.25)] }, (x) => Math.min(x, 1.25)],
  ['Clip', { constants: [number(-1)] }, (x) => Math.max(x, -1)],
  ['Clip', { constants: [number(2), number(-2)] }, () => -2],
  ['Clip', { opset: 6, attributes: { min: { float: -0.5 } } }, (x) => Math.max(x, -0.5)],
  ['Clip', { opset: 6, attributes: { min: { float: -3.4028234663852886e38 } } }, (x) => x],
  ['Elu', { attributes: { alpha: { float: 0.5 } } }, (x) => (x < 0 ? 0.5 * Math.expm1(x) : x)],
  ['Erf', {}, erf],
  ['Gelu', { opset: 20 }, (x) => (x * (1 + erf(x / Math.SQRT2))) / 2],
  ['HardSigmoid', {}, (x) => clamped(0.2 * x + 0.5, 0, 1)],
  [
    'HardSigmoid',
    { attributes: { alpha: { float: 0.5 }, beta: { float: 0.6 } } },
    (x) => clamped(0.5 * x + 0.6, 0, 1),
  ],
  ['HardSwish', {}, (x) => x * clamped(x / 6 + 0.5, 0, 1)],
  ['LeakyRelu', {}, (x) => (x < 0 ? 0.01 * x : x)],
  ['Mish', { opset: 18 }, (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
  ['Neg', {}, (x) => -x],
  ['Pow', { constants: [number(1)] }, (x) => x],
  ['Pow', { constants: [number(2)] }, (x) => x * x],
  ['Pow', { constants: [{ shape: [1, 2], values: [3, 3] }] }, (x) => x ** 3],
  ['Pow', { constants: [number(11)] }, (x) => x ** 11],
  ['Pow', { constants: [number(-3)] }, (x) => x ** -3],
  ['Pow', { constants: [number(0.5)] }, Math.sqrt],
  ['Pow', { constants: [number(1.5)] }, (x) => x ** 1.5],
  ['Reciprocal', {}, (x) => 1 / x],
  ['Round', {}, (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))],
  ['Selu', {}, (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x)],
  ['Sign', {}, Math.sign],
  ['Softplus', {}, (x) => Math.log1p(Math.exp(x))],
  ['Softsign', {}, (x) => x / (1 + Math.abs(x))],
  ['Swish', { opset: 24, attributes: { alpha: { float: 1.5 } } }, (x) => x * sigmoid(1.5 * x)],
  ['Tan', {}, Math.tan],
  ['ThresholdedRelu', {}, (x) => (x > 1 ? x : 0)],
];

describe('functions of one element', () => {
  it.each(FUNCTIONS)('%s %j', async (operator, options, compute) => {
    const { values } = await runNode(operator, [{ shape: [6, 2], values: POINTS }], options);
    for (const [index, x] of POINTS.entries()) {
      const expected = compute(Math.fround(x));
      if (Number.isFinite(expected)) {
        expect(Math.abs(values[index] - expected), `${x}`).toBeLessThan(
          2e-6 * Math.max(1, Math.abs(expected)),
        );
      } else expect(values[index], `${x}`).toBe(expected);
    }
  });

  it('knows ReLU6 by its limits', async () => {
    const { kinds } = await runNode('Clip', [{ shape: [1, 2], values: [1, 2] }], {
      constants: [number(0), number(6)],
    });
    expect(kinds).toEqual(['relu6']);
  });

  it.each([
    [
      [2, 3, 4],
      [3, 1],
    ],
    [
      [2, 3, 1, 2, 2],
      [3, 1, 1, 1],
    ],
  ])('PRelu broadcasts the slopes of channels over %j', async (shape, slopes) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const { values } = await runNode('PRelu', [{ shape, values: new Array<number>(count).fill(-1) }], {
      constants: [{ shape: slopes, values: [1, 2, 3] }],
    });
    expect(values.slice(0, count / 2)).toEqual(
      [1, 2, 3].flatMap((slope) => new Array<number>(4).fill(-slope)),
    );
  });

  it.each<[string, NodeOptions, string]>([
    ['Pow', { constants: [{ shape: [1, 2], values: [2, 3] }] }, '(Pow): its exponents differ'],
    ['Pow', { constants: [number(0)] }, '(Pow): its exponent is 0, and whole ones'],
    ['Gelu', { opset: 20, attributes: { approximate: 'fast' } }, '(Gelu): its "approximate" is "fast".'],
    ['Hardmax', {}, 'cannot compute Hardmax on a microcontroller: none of its operators marks'],
  ])('%s %j is refused', async (operator, options, message) => {
    const reading = runNode(operator, [{ shape: [1, 2], values: [1, 2] }], options);
    await expect(reading).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining(message),
    });
  });
});

describe('Softmax', () => {
  const input = { shape: [2, 2, 2], values: [1, 2, 3, 5, -1, 0, 0, 1] };
  const softmax = (values: readonly number[]): number[] => {
    const sum = values.reduce((total, value) => total + Math.exp(value), 0);
    return values.map((value) => Math.exp(value) / sum);
  };

  it('works along one axis from version 13 on', async () => {
    const { values } = await runNode('Softmax', [input], { opset: 13, attributes: { axis: 1 } });
    const [a, c] = softmax([1, 3]);
    const [b, d] = softmax([2, 5]);
    for (const [index, expected] of [a, b, c, d].entries()) expect(values[index]).toBeCloseTo(expected, 6);
  });

  it('takes all axes from the given one on for one before', async () => {
    const { values } = await runNode('Softmax', [input], { opset: 11 });
    for (const [index, expected] of softmax([1, 2, 3, 5]).entries()) {
      expect(values[index]).toBeCloseTo(expected, 6);
    }
  });
});
