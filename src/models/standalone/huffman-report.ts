/** What weights as Huffman codes save, and what they cost in memory. */

import type { HuffmanTime, ProgramOptions } from '../../targets/c/optimize.ts';
import { compileProgram, type Program } from '../../targets/c/program.ts';
import { constantBytes, workingBytes } from './standalone-memory.ts';

/** One layer of whose weights there are codes. */
export interface HuffmanLayer {
  /** As the model has it; empty where it has none. */
  readonly name: string;
  /** `CONV_2D`. */
  readonly operator: string;
  /** Of its weights in flash: as they are, and as codes with their tables. */
  readonly plainBytes: number;
  readonly bytes: number;
}

/** What an export tells of them, in bytes. */
export interface HuffmanReport {
  readonly huffman: HuffmanTime;
  /** None where the codes of all would save less than their decoder takes. */
  readonly layers: readonly HuffmanLayer[];
  /** Of all constants in flash. */
  readonly plainConstantBytes: number;
  readonly constantBytes: number;
  /** Of the buffer and the state. */
  readonly plainMemoryBytes: number;
  readonly memoryBytes: number;
}

function layersOf({ steps }: Program): HuffmanLayer[] {
  return steps.flatMap(({ node, coded }) =>
    coded.length === 0
      ? []
      : [
          {
            name: node.name,
            operator: node.kind.toUpperCase(),
            plainBytes: coded.reduce((sum, { bytes }) => sum + bytes, 0),
            bytes: coded.reduce((sum, { codeBytes }) => sum + codeBytes, 0),
          },
        ],
  );
}

/** Of a program that was compiled with these options; the other one, without codes, is compiled to compare. */
export function huffmanReport(
  program: Program,
  { huffman, ...options }: ProgramOptions & { readonly huffman: HuffmanTime },
): HuffmanReport {
  const plain = compileProgram(program.graph, options);
  return {
    huffman,
    layers: layersOf(program),
    plainConstantBytes: constantBytes(plain),
    constantBytes: constantBytes(program),
    plainMemoryBytes: workingBytes(plain),
    memoryBytes: workingBytes(program),
  };
}

const bytes = (count: number): string => `${count.toLocaleString('en-US')} bytes`;

const MEMORY: Readonly<Record<HuffmanTime, string>> = {
  layer: 'decoded before each layer, in a buffer and state',
  boot: 'decoded once, into a buffer and state',
};

/** Sentences: one for each layer, and one of the whole. */
export function huffmanLines(report: HuffmanReport): readonly string[] {
  const { layers, plainConstantBytes, constantBytes: coded, plainMemoryBytes, memoryBytes, huffman } = report;
  if (layers.length === 0)
    return ['No weights become Huffman codes: they would save less than the decoder takes'];
  return [
    ...layers.map(
      (layer) =>
        `${layer.operator} ${JSON.stringify(layer.name)}: ${bytes(layer.plainBytes)} of weights as ${bytes(layer.bytes)} of Huffman codes`,
    ),
    `Constants take ${bytes(coded)} instead of ${bytes(plainConstantBytes)}; weights are ${MEMORY[huffman]} of ${bytes(memoryBytes)} instead of ${bytes(plainMemoryBytes)}`,
  ];
}
