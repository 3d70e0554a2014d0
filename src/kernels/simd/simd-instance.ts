/** The WebAssembly module, compiled once for each sort of memory, and instances of it over a memory. */

import { MEMORY_FLAGS_OFFSET, SIMD_WASM } from './generated/simd-module.ts';

/** `shared`: by several threads. */
export type MemorySort = 'own' | 'shared';

const FLAGS: Readonly<Record<MemorySort, number>> = { own: 1, shared: 3 };

/** A loop: `Uint8Array.from` would make an object of every byte. */
function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Undefined where the machine has no WebAssembly with SIMD. */
function compile(sort: MemorySort): WasmModule | undefined {
  const bytes = bytesOfBase64(SIMD_WASM);
  bytes[MEMORY_FLAGS_OFFSET] = FLAGS[sort];
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

const compiled = new Map<MemorySort, WasmModule | undefined>();

function compiledModule(sort: MemorySort): WasmModule | undefined {
  if (!compiled.has(sort)) compiled.set(sort, compile(sort));
  return compiled.get(sort);
}

export function hasSimd(): boolean {
  return compiledModule('own') !== undefined;
}

/** What the module exports, working on `memory`; undefined without SIMD. */
export function simdExports(memory: WasmMemory, sort: MemorySort = 'own'): object | undefined {
  const module = compiledModule(sort);
  return module === undefined ? undefined : new WebAssembly.Instance(module, { env: { memory } }).exports;
}
