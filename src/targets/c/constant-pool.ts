/** The constants of one generated source. */

import { sha256 } from '../../core/digest.ts';
import { bytesOf } from '../../core/tensor.ts';
import { chained, floatLiteral, literalLines } from '../firmware/c-literal.ts';
import type { CType } from './c-code.ts';
import { type CodedArray, payingCodes, type Weights } from './coded/weights.ts';

/** Elements of the type that C gets. */
export type CElements =
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array;

const INT32_MIN = -2147483648;

/** An integer in C, which has no negative literals: −2147483648 is a negation of what an int does not hold. */
export function literalOf(value: number | bigint): string {
  if (value === INT32_MIN) return 'INT32_MIN';
  if (typeof value === 'bigint') return value === -(2n ** 63n) ? 'INT64_MIN' : `INT64_C(${value})`;
  return String(value);
}

/** A float32 number in C, finite or not. */
export function floatOf(value: number): string {
  if (Number.isNaN(value)) return '(0.0f / 0.0f)';
  if (!Number.isFinite(value)) return value < 0 ? '(-1.0f / 0.0f)' : '(1.0f / 0.0f)';
  return floatLiteral(value);
}

function literals(elements: CElements): string[] {
  return elements instanceof Float32Array
    ? Array.from(elements, floatOf)
    : Array.from<number | bigint, string>(elements as Iterable<number | bigint>, literalOf);
}

function typeOf(elements: CElements): CType {
  if (elements instanceof Float32Array) return 'float';
  if (elements instanceof Int8Array) return 'int8_t';
  if (elements instanceof Uint8Array) return 'uint8_t';
  if (elements instanceof Int16Array) return 'int16_t';
  if (elements instanceof Uint16Array) return 'uint16_t';
  if (elements instanceof Int32Array) return 'int32_t';
  if (elements instanceof Uint32Array) return 'uint32_t';
  return 'int64_t';
}

interface Constant {
  readonly name: string;
  readonly bytes: number;
  /** Written when all are known: those of large models are long. */
  text(): string;
}

function arrayText(name: string, type: string, texts: readonly string[]): string {
  // Words of four bytes are read from arrays of bytes as well.
  return `static const ALIGNED ${type} ${name}[${texts.length}] = {\n${literalLines(texts, '  ')}};\n`;
}

const INT32_BYTES = 4;

/** Members of a struct, as C: of four bytes on the chip each, or structs of such members. */
export type StructMembers = Readonly<Record<string, string | number | readonly number[]>>;

function memberText(value: StructMembers[string]): string {
  return typeof value === 'object' ? `{${value.map(literalOf).join(', ')}}` : String(value);
}

/** Gives constants of equal type and content one name: the first that was asked for. */
export class ConstantPool {
  readonly #constants = new Map<string, Constant>();
  /** Whether weights are Huffman codes where that saves flash. */
  readonly codesWeights: boolean;
  readonly #coded: CodedArray[] = [];

  constructor({ codesWeights = false }: { readonly codesWeights?: boolean } = {}) {
    this.codesWeights = codesWeights;
  }

  #put(key: string, constant: Constant): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    this.#constants.set(key, constant);
    return constant.name;
  }

  /** The name of a constant array, which is `name` unless there is one like it. */
  add(name: string, elements: CElements): string {
    const type = typeOf(elements);
    const key = `${type} ${sha256(bytesOf(elements))}`;
    return this.#put(key, {
      name,
      bytes: elements.byteLength,
      text: () => arrayText(name, type, literals(elements)),
    });
  }

  /** Weights, an element a byte, which are not necessarily stored as they are. */
  addWeights(name: string, elements: Int8Array | Uint8Array): Weights {
    const codes = this.codesWeights ? payingCodes(bytesOf(elements)) : undefined;
    if (codes === undefined) return { are: 'plain', name: this.add(name, elements) };
    const array = {
      name: this.add(`${name}_codes`, codes),
      codeBytes: codes.length,
      bytes: elements.length,
    };
    this.#coded.push(array);
    return { are: 'coded', array };
  }

  /** All coded weights that were added, in that order; those of several layers several times. */
  get coded(): readonly CodedArray[] {
    return this.#coded;
  }

  /** The same of structs, all of whose members are int32. */
  addStructs(name: string, type: string, structs: readonly (readonly number[])[]): string {
    const texts = structs.map((members) => `{${members.map(literalOf).join(', ')}}`);
    const bytes = INT32_BYTES * structs.flat().length;
    return this.#put(`${type} ${texts.join()}`, { name, bytes, text: () => arrayText(name, type, texts) });
  }

  /** The same of one struct, whose members are of four bytes each unless `bytes` says what it takes. */
  addStruct(
    name: string,
    type: string,
    members: StructMembers,
    bytes = INT32_BYTES * Object.values(members).flat().length,
  ): string {
    const lines = Object.entries(members).map(([member, value]) => `  .${member} = ${memberText(value)},\n`);
    const text = `static const ${type} ${name} = {\n${lines.join('')}};\n`;
    return this.#put(`${type} ${lines.join()}`, { name, bytes, text: () => text });
  }

  /** All that constants take, in bytes. */
  get bytes(): number {
    return [...this.#constants.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  text(): string {
    return chained([...this.#constants.values()].map((constant) => `${constant.text()}\n`));
  }
}
