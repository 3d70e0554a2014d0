/** One operator as plain loops and as a SIMD plan, on equal bytes. */

import { expect } from 'vitest';
import {
  bytesOf,
  type DType,
  type TensorData,
  type TensorType,
  tensorAt,
  tensorBytes,
} from '../../../src/core/tensor.ts';
import { createSimdMemory, refineConstants } from '../../../src/interpreter/tensor-memory.ts';
import { OVERREAD_BYTES, type SimdPlan } from '../../../src/kernels/simd/simd-plan.ts';
import { type AttributesOf, type OpKind, opOf } from '../../../src/ops/index.ts';
import { kernelOf } from '../../../src/ops/kernel-of.ts';
import { placesOf } from './places.ts';

export interface OneCase<Kind extends OpKind> {
  readonly kind: Kind;
  readonly attributes: AttributesOf<Kind>;
  readonly input: TensorType;
  readonly weights?: TensorType;
  readonly weightData?: TensorData;
  readonly bias?: Int32Array | Float32Array | BigInt64Array;
  /** Its shape is inferred. */
  readonly output: Omit<TensorType, 'shape'>;
}

/** What lies around the tensors, which no kernel may change, and which must change no result. */
const GUARD_BYTES = 64;
const UNTOUCHED = 0x5a;

function biasDType(bias: NonNullable<OneCase<OpKind>['bias']>): DType {
  if (bias instanceof BigInt64Array) return 'int64';
  return bias instanceof Int32Array ? 'int32' : 'float32';
}

/** The kernel, and its output as the operator declares it; the case must be one that the graph checker accepts. */
function preparedCase<Kind extends OpKind>(one: OneCase<Kind>) {
  const op = opOf(one.kind);
  const biasType: TensorType | undefined = one.bias && {
    dtype: biasDType(one.bias),
    shape: [one.bias.length],
  };
  const types = [one.input, one.weights, biasType];
  const [shape] = op.infer(
    one.attributes,
    types.map((type) => type?.shape),
  );
  const output: TensorType = { ...one.output, shape };
  const kernel = kernelOf(one.kind, one.input.dtype);
  if (kernel === undefined) throw new Error(`${one.kind} has no kernel`);
  return { kernel, output, prepared: kernel.prepare(one.attributes, types, [output]) };
}

export function planOf<Kind extends OpKind>(one: OneCase<Kind>): SimdPlan | undefined {
  const { kernel, output, prepared } = preparedCase(one);
  return kernel.simd?.(prepared, ['computed', one.weightData, one.bias], [output]);
}

/** Runs both and compares every element, and what is around the output. */
export function expectAlike<Kind extends OpKind>(
  one: OneCase<Kind>,
  records: readonly TensorData[],
  label: string,
): void {
  const { kernel, output, prepared } = preparedCase(one);
  const plan = kernel.simd?.(prepared, ['computed', one.weightData, one.bias], [output]);
  if (plan === undefined) throw new Error(`${label} has no plan`);
  const loop = kernel.build(prepared);

  const inputAt = GUARD_BYTES;
  const round = (bytes: number): number => Math.ceil(bytes / 16) * 16;
  const outputAt = round(inputAt + tensorBytes(one.input) + GUARD_BYTES);
  const end = outputAt + tensorBytes(output) + GUARD_BYTES;
  const memory = createSimdMemory(end, [plan]);
  if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(UNTOUCHED, 0, end + OVERREAD_BYTES);
  const input = tensorAt(one.input, memory.buffer, inputAt);
  const run = plan.bind(memory.kernels, placesOf(memory, plan, [inputAt], [outputAt]));

  for (const [index, record] of [...records, ...records].entries()) {
    if (index === records.length) refineConstants(memory);
    bytesOf(input).set(bytesOf(record));
    run();
    const expected = tensorAt(output, new ArrayBuffer(tensorBytes(output)), 0);
    loop.run([record, one.weightData, one.bias], [expected]);
    const actual = tensorAt(output, memory.buffer, outputAt);
    for (let i = 0; i < expected.length; i++) {
      if (!Object.is(actual[i], expected[i])) {
        expect.fail(`${label}: element ${i} is ${actual[i]} instead of ${expected[i]}`);
      }
    }
    expect(Buffer.from(bytesOf(input)).equals(bytesOf(record)), `${label}: the input is kept`).toBe(true);
  }
  const around = [
    ...bytes.subarray(0, inputAt),
    ...bytes.subarray(inputAt + tensorBytes(one.input), outputAt),
    ...bytes.subarray(outputAt + tensorBytes(output), end),
  ];
  expect(
    around.every((byte) => byte === UNTOUCHED),
    `${label}: only the output is written`,
  ).toBe(true);
}
