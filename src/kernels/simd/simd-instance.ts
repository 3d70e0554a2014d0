/** The WebAssembly module, compiled once, and instances of it over a memory. */

import { SIMD_WASM } from './generated/simd-module.ts';

/** Undefined where the machine has no WebAssembly with SIMD. */
function compile(): WasmModule | undefined {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(SIMD_WASM), (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

let compiled: { readonly module: WasmModule | undefined } | undefined;

function compiledModule(): WasmModule | undefined {
  compiled ??= { module: compile() };
  return compiled.module;
}

export function hasSimd(): boolean {
  return compiledModule() !== undefined;
}

/** What the module exports, working on `memory`; undefined without SIMD. */
export function simdExports(memory: WasmMemory): object | undefined {
  const module = compiledModule();
  return module === undefined ? undefined : new WebAssembly.Instance(module, { env: { memory } }).exports;
}
