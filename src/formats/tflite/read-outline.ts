/**
 * Reads of any `.tflite` file what TensorFlow Lite Micro's allocator looks at, also where tinyml does not compute its
 * operators or types. Any bytes give an outline or a `TinymlError`, in bounded time and memory.
 */

import { ByteBuffer, Encoding } from 'flatbuffers';
import { withErrorContext } from '../../core/errors.ts';
import type { ModelOutline, OutlineSubgraph } from '../../ir/outline.ts';
import { Allowance, boundedNumbers, boundedText } from '../allowance.ts';
import { Model, type SubGraph } from './generated/tflite_generated.ts';
import { type OperatorCodeInfo, readMetadata, requireVersion } from './read.ts';
import { type CodeInFile, readCodes } from './read-operators.ts';
import { readOutlineOperators } from './read-outline-operators.ts';
import { readOutlineTensors, tensorData } from './read-outline-tensors.ts';
import { corrupt } from './read-tensors.ts';
import { verifyModel } from './verify.ts';

/** A file as a whole. */
export interface ModelFile {
  readonly outline: ModelOutline;
  readonly fileBytes: number;
  readonly description: string;
  /** In the file's order, unused ones included. */
  readonly operatorCodes: readonly OperatorCodeInfo[];
  readonly metadataNames: readonly string[];
}

class OutlineReader {
  readonly #model: Model;
  readonly #allowance: Allowance;
  readonly #codes: readonly CodeInFile[];
  readonly #usedCodes = new Set<number>();

  constructor(model: Model, fileBytes: number) {
    this.#model = model;
    this.#allowance = new Allowance(fileBytes, 'described');
    this.#codes = readCodes(model, this.#allowance);
  }

  #endpoints(
    what: 'input' | 'output',
    length: number,
    at: (index: number) => number | null,
    tensorCount: number,
  ): number[] {
    const indices = boundedNumbers(length, at, this.#allowance);
    const wrong = indices.find((index) => index < 0 || index >= tensorCount);
    if (wrong !== undefined) throw corrupt(`The ${what} is tensor ${wrong}, but there are ${tensorCount}.`);
    return indices;
  }

  #subgraph(subgraph: SubGraph): OutlineSubgraph {
    const tensors = readOutlineTensors(this.#model, subgraph, this.#allowance);
    const operators = readOutlineOperators(
      subgraph,
      this.#codes,
      { tensors, bytesOf: (index) => tensorData(this.#model, subgraph.tensors(index)) },
      this.#model.subgraphsLength(),
      this.#usedCodes,
      this.#allowance,
    );
    const count = tensors.length;
    const inputs = this.#endpoints('input', subgraph.inputsLength(), (at) => subgraph.inputs(at), count);
    const outputs = this.#endpoints('output', subgraph.outputsLength(), (at) => subgraph.outputs(at), count);
    return { tensors, operators, inputs, outputs };
  }

  #subgraphs(): OutlineSubgraph[] {
    const count = this.#model.subgraphsLength();
    if (count === 0) throw corrupt('The model has no subgraph.');
    return Array.from({ length: count }, (_, index) => {
      const subgraph = this.#model.subgraphs(index);
      if (subgraph === null) throw corrupt(`subgraph ${index} is missing`);
      return count === 1
        ? this.#subgraph(subgraph)
        : withErrorContext(`subgraph ${index}`, () => this.#subgraph(subgraph));
    });
  }

  read(fileBytes: number): ModelFile {
    const subgraphs = this.#subgraphs();
    const tensorCount = subgraphs.reduce((sum, { tensors }) => sum + tensors.length, 0);
    const { names, offlinePlan } = readMetadata(this.#model, tensorCount, this.#allowance);
    return {
      outline: offlinePlan === undefined ? { subgraphs } : { subgraphs, offlinePlan },
      fileBytes,
      description: boundedText(this.#model.description(Encoding.UTF8_BYTES), this.#allowance),
      operatorCodes: this.#codes.map(({ name, version }, index) => ({
        name,
        version,
        used: this.#usedCodes.has(index),
      })),
      metadataNames: names,
    };
  }
}

/** Of any `.tflite` file, whoever computes its operators. Throws input errors for damaged ones. */
export function readOutline(bytes: Uint8Array): ModelFile {
  verifyModel(bytes);
  const model = Model.getRootAsModel(new ByteBuffer(bytes));
  requireVersion(model);
  return new OutlineReader(model, bytes.length).read(bytes.length);
}
