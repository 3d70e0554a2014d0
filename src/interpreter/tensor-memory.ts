/** One memory for all that an interpreter works on, and the SIMD kernels on it where the machine has them. */

import { alignUp } from '../core/alignment.ts';
import { bytesOf } from '../core/tensor.ts';
import { simdExports } from '../kernels/simd/simd-instance.ts';
import {
  type Address,
  type InferenceKernels,
  OVERREAD_BYTES,
  type SimdPlan,
} from '../kernels/simd/simd-plan.ts';

const PAGE_BYTES = 65536;

/** Beyond it an address would no longer be a positive int32, which kernels compute with. */
const MAX_BYTES = 2 ** 31 - PAGE_BYTES;

export interface SimdMemory {
  readonly buffer: ArrayBuffer;
  readonly kernels: InferenceKernels;
  readonly scratch: Address;
  /** Where the constants of every plan lie. */
  readonly constants: ReadonlyMap<SimdPlan, readonly Address[]>;
}

/** Undefined where there is no SIMD or not as much memory: containers may limit what WebAssembly reserves. */
function instantiate(bytes: number) {
  if (bytes > MAX_BYTES) return undefined;
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const kernels = simdExports(memory);
    return kernels && { buffer: memory.buffer, kernels: kernels as InferenceKernels };
  } catch {
    return undefined;
  }
}

function writeConstants(
  { buffer, constants }: Pick<SimdMemory, 'buffer' | 'constants'>,
  of: (plan: SimdPlan) => readonly ArrayBufferView[] | undefined,
): void {
  const bytes = new Uint8Array(buffer);
  for (const [plan, addresses] of constants) {
    for (const [index, array] of (of(plan) ?? []).entries()) bytes.set(bytesOf(array), addresses[index]);
  }
}

/** Refined constants in place of those of every plan that has them. */
export function refineConstants(memory: SimdMemory): void {
  writeConstants(memory, ({ refined }) => refined?.());
}

/** `tensorBytes` from address 0 on, then scratch, then the constants of every plan; undefined where plans cannot run. */
export function createSimdMemory(tensorBytes: number, plans: readonly SimdPlan[]): SimdMemory | undefined {
  const scratch = alignUp(tensorBytes + OVERREAD_BYTES);
  let end = plans.reduce(
    (most, { scratchBytes }) => Math.max(most, scratch + alignUp(scratchBytes)),
    scratch,
  );
  const constants = new Map<SimdPlan, readonly Address[]>();
  for (const plan of plans) {
    const addresses = plan.constants.map(({ byteLength }) => {
      const address = end;
      end += alignUp(byteLength);
      return address;
    });
    constants.set(plan, addresses);
  }
  const memory = instantiate(end + OVERREAD_BYTES);
  if (memory === undefined) return undefined;
  writeConstants({ ...memory, constants }, (plan) => plan.constants);
  return { ...memory, scratch, constants };
}
