/**
 * Calls of kernels that are known before they are made, as one function of WebAssembly: what they are given are constants in its
 * code, and between two of them nothing is left to do. The bytes of a module, as in the WebAssembly core specification, 5.
 */

import { SIGNATURES } from './generated/simd-module.ts';

/** A function of the module and what it is given. */
export interface KernelCall {
  readonly name: string;
  readonly values: readonly number[];
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0;
const CALL = 0x10;
const END = 0x0b;
/** Where kernels are imported from. */
const KERNELS = 'kernels';
const LINKED = 'linked';

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  // The last byte has the sign in bit 6.
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

/** A letter of `SIGNATURES`: the byte of its type, and the instruction that has a number of it on the stack. */
const TYPES: Readonly<Record<string, { readonly type: number; constant(value: number): readonly number[] }>> =
  {
    i: { type: 0x7f, constant: (value) => [0x41, ...signed(value)] },
    f: { type: 0x7d, constant: (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)] },
    d: { type: 0x7c, constant: (value) => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)] },
  };

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const text = (value: string): number[] => [
  ...unsigned(value.length),
  ...Array.from(value, (letter) => letter.charCodeAt(0)),
];
const section = (id: number, contents: readonly number[]): number[] => [
  id,
  ...unsigned(contents.length),
  ...contents,
];

function codeOf(calls: readonly KernelCall[], names: readonly string[]): number[] {
  // No locals.
  const code = [0];
  for (const { name, values } of calls) {
    const signature = SIGNATURES[name];
    for (let i = 0; i < values.length; i++) code.push(...TYPES[signature[i]].constant(values[i]));
    code.push(CALL, ...unsigned(names.indexOf(name)));
  }
  code.push(END);
  return code;
}

/** Type 0 is that of a function without parameters, which is the last one; the others are those of the imported kernels. */
function moduleOf(calls: readonly KernelCall[]): Uint8Array {
  const names = [...new Set(calls.map(({ name }) => name))];
  const parameters = names.map((name) => Array.from(SIGNATURES[name], (letter) => [TYPES[letter].type]));
  const types = [[], ...parameters].map((types) => [FUNCTION_TYPE, ...vector(types), 0]);
  const imports = names.map((name, index) => [
    ...text(KERNELS),
    ...text(name),
    FUNCTION_KIND,
    ...unsigned(index + 1),
  ]);
  const exported = [...text(LINKED), FUNCTION_KIND, ...unsigned(names.length)];
  const code = codeOf(calls, names);
  return Uint8Array.from([
    ...HEADER,
    ...section(SECTION.type, vector(types)),
    ...section(SECTION.import, vector(imports)),
    ...section(SECTION.function, vector([[0]])),
    ...section(SECTION.export, vector([exported])),
    ...section(SECTION.code, vector([[...unsigned(code.length), ...code]])),
  ]);
}

/** One function that makes the calls, of functions that an instance of the module exports. */
export function linkCalls(exports: object, calls: readonly KernelCall[]): () => void {
  const module = new WebAssembly.Module(moduleOf(calls));
  const linked = new WebAssembly.Instance(module, { [KERNELS]: exports }).exports;
  return (linked as { readonly [LINKED]: () => void })[LINKED];
}

/**
 * The calls that `make` makes of kernels of the module, which give nothing back: what is called behind them does not depend on what
 * they computed. Undefined where there are more than `most`.
 */
export function recordCalls<Kernels extends object>(
  make: (kernels: Kernels) => void,
  most: number,
): readonly KernelCall[] | undefined {
  const calls: KernelCall[] = [];
  // One more is kept than may be linked.
  const record = (name: string) => {
    return (...values: number[]): void => {
      if (calls.length <= most) calls.push({ name, values });
    };
  };
  const all = Object.keys(SIGNATURES).map((name) => [name, record(name)]);
  make(Object.fromEntries(all) as unknown as Kernels);
  return calls.length > most ? undefined : calls;
}
