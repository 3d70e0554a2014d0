/** The operators of a file as nodes, through the codecs; unknown ones are refused by name. */

import { ByteBuffer, Encoding } from 'flatbuffers';
import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node } from '../../ir/graph.ts';
import { type AttributesOf, OP_KINDS, type OpKind } from '../../ops/index.ts';
import { type Allowance, boundedNumbers, boundedText } from './allowance.ts';
import type { Accessor, Codec, FileOperator } from './codec.ts';
import { codecOf, kindOfCode } from './codecs.ts';
import {
  BuiltinOperator,
  type Model,
  type Operator,
  type OperatorCode,
  type SubGraph,
} from './generated/tflite_generated.ts';
import { corrupt, type FileTensor } from './read-tensors.ts';

/** An operator code of the file. */
export interface CodeInFile {
  /** `FULLY_CONNECTED`, or the name of a custom operator. */
  readonly name: string;
  readonly kind: OpKind | undefined;
  readonly version: number;
  readonly code: BuiltinOperator;
  /** Of custom operators. */
  readonly customName?: string;
}

/** A table without fields whose vtable has none either: every accessor reads defaults from it. */
const NO_OPTIONS = new ByteBuffer(Uint8Array.of(4, 0, 4, 0, 4, 0, 0, 0));
const NO_OPTIONS_POSITION = 4;
/** Where an operand is left out. */
const ABSENT = -1;

function readCode(code: OperatorCode, allowance: Allowance): CodeInFile {
  // Old files have the first alone; new ones cap it at 127.
  const builtin = Math.max(code.deprecatedBuiltinCode(), code.builtinCode());
  const custom = boundedText(code.customCode(Encoding.UTF8_BYTES), allowance);
  if (builtin === BuiltinOperator.CUSTOM) {
    const name = `custom operator "${custom}"`;
    return { name, kind: undefined, version: code.version(), code: builtin, customName: custom };
  }
  const name = BuiltinOperator[builtin] ?? `operator code ${builtin}`;
  return { name, kind: kindOfCode(builtin), version: code.version(), code: builtin };
}

export function readCodes(model: Model, allowance: Allowance): CodeInFile[] {
  return Array.from({ length: model.operatorCodesLength() }, (_, index) => {
    const code = model.operatorCodes(index);
    if (code === null) throw corrupt(`operator code ${index} is missing`);
    return readCode(code, allowance);
  });
}

function requireTensor(tensors: readonly FileTensor[], index: number): FileTensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw corrupt(`names tensor ${index} of ${tensors.length}`);
  return tensor;
}

function integersOf(tensor: FileTensor | undefined, position: number): readonly number[] {
  const { data } = tensor ?? {};
  if (data instanceof Int32Array) return Array.from(data);
  if (data instanceof BigInt64Array) return Array.from(data, Number);
  throw unsupportedError(
    'dynamic-attribute',
    `input ${position} is not a constant of integers, so the operator is only known at run time`,
  );
}

/** What a codec may ask of an operator. */
function fileOperator(
  operator: Operator,
  codec: Codec<unknown>,
  inputs: readonly (FileTensor | undefined)[],
  outputs: readonly FileTensor[],
): FileOperator {
  return {
    options<T extends Accessor>(accessor: T): T {
      if (operator.builtinOptionsType() === codec.options && operator.builtinOptions(accessor) !== null) {
        return accessor;
      }
      accessor.__init(NO_OPTIONS_POSITION, NO_OPTIONS);
      return accessor;
    },
    inputs: inputs.map((input) => input?.type),
    outputs: outputs.map(({ type }) => type),
    integers: (position) => integersOf(inputs[position], position),
    int32s(position) {
      const integers = integersOf(inputs[position], position);
      if (inputs[position]?.type.dtype === 'int32') return integers;
      throw unsupportedError(
        'unsupported-type',
        `has int64 in input ${position}, where TensorFlow Lite Micro reads int32`,
      );
    },
  };
}

/** The graph's operands in its own order, without absent ones at the end. */
function operands(
  codec: Codec<unknown>,
  inputs: readonly (FileTensor | undefined)[],
): (number | undefined)[] {
  const positions = codec.operandPositions ?? [...inputs.keys()];
  const ids = positions.map((position) => inputs[position]?.id);
  while (ids.length > 0 && ids.at(-1) === undefined) ids.pop();
  return ids;
}

function readNode(
  operator: Operator,
  kind: OpKind,
  tensors: readonly FileTensor[],
  allowance: Allowance,
): Node {
  if (operator.customOptionsLength() > 0) {
    throw unsupportedError(
      'unsupported-operator',
      'has custom options, which TFLM refuses for this operator',
    );
  }
  const codec = codecOf(kind);
  const inputs = boundedNumbers(operator.inputsLength(), (i) => operator.inputs(i), allowance).map((index) =>
    index === ABSENT ? undefined : requireTensor(tensors, index),
  );
  const outputs = boundedNumbers(operator.outputsLength(), (i) => operator.outputs(i), allowance).map(
    (index) => requireTensor(tensors, index),
  );
  if (outputs.length === 0) throw corrupt('has no output');
  const attributes = codec.read(fileOperator(operator, codec, inputs, outputs)) as AttributesOf<OpKind>;
  return nodeOf(
    kind,
    outputs[0].named ? outputs[0].name : '',
    attributes,
    operands(codec, inputs),
    outputs.map(({ id }) => id),
  );
}

function unknownOperator(name: string): Error {
  return unsupportedError(
    'unsupported-operator',
    `is ${name}, which tinyml does not compute`,
    `It computes ${OP_KINDS.map((kind) => kind.toUpperCase()).join(', ')}.`,
  );
}

/** An operator that has a codec. */
export interface KnownOperator {
  readonly operator: Operator;
  readonly kind: OpKind;
  readonly codeIndex: number;
}

/** Looked at before any tensor: an operator that is not known explains more than its unusual tensors. */
export function readKinds(subgraph: SubGraph, codes: readonly CodeInFile[]): KnownOperator[] {
  return Array.from({ length: subgraph.operatorsLength() }, (_, index) =>
    withErrorContext(`operator ${index}`, () => {
      const operator = subgraph.operators(index);
      if (operator === null) throw corrupt('is missing');
      const codeIndex = operator.opcodeIndex();
      const code = codes[codeIndex];
      if (code === undefined) throw corrupt(`names operator code ${codeIndex} of ${codes.length}`);
      if (code.kind === undefined) throw unknownOperator(code.name);
      return { operator, kind: code.kind, codeIndex };
    }),
  );
}

export function readNodes(
  operators: readonly KnownOperator[],
  tensors: readonly FileTensor[],
  allowance: Allowance,
): Node[] {
  return operators.map(({ operator, kind }, index) =>
    withErrorContext(`operator ${index} (${kind.toUpperCase()})`, () =>
      readNode(operator, kind, tensors, allowance),
    ),
  );
}
