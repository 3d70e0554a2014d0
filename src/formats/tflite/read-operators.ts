/** The operators of a file by code; unknown ones are refused by name. */

import { Encoding } from 'flatbuffers';
import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { OpKind } from '../../ops/index.ts';
import { type Allowance, boundedText } from '../allowance.ts';
import { kindOfCode, kindOfCustomName } from './codecs.ts';
import { hasRule } from './constants/fold-integers.ts';
import {
  BuiltinOperator,
  type Model,
  type Operator,
  type OperatorCode,
  type SubGraph,
} from './generated/tflite_generated.ts';
import { corrupt } from './read-tensors.ts';

/** An operator code of the file. */
export interface CodeInFile {
  /** `FULLY_CONNECTED`, or that of a custom operator, in quotes where nothing is known of it. */
  readonly name: string;
  readonly kind: OpKind | undefined;
  readonly version: number;
  readonly code: BuiltinOperator;
  /** Of custom operators that are not known. */
  readonly customName?: string;
}

function readCode(code: OperatorCode, allowance: Allowance): CodeInFile {
  // Old files have the first alone; new ones cap it at 127.
  const builtin = Math.max(code.deprecatedBuiltinCode(), code.builtinCode());
  const custom = boundedText(code.customCode(Encoding.UTF8_BYTES), allowance);
  if (builtin === BuiltinOperator.CUSTOM) {
    const version = code.version();
    const kind = kindOfCustomName(custom);
    if (kind !== undefined) return { name: kind.toUpperCase(), kind, version, code: builtin };
    return { name: `custom operator "${custom}"`, kind, version, code: builtin, customName: custom };
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

export function unknownOperator(name: string): Error {
  return unsupportedError(
    'unsupported-operator',
    `is ${name}, which tinyml does not compute`,
    '"tinyml inspect" says what else is known of the model, README.md which operators tinyml computes.',
  );
}

/** An operator that has a codec, may be known before the model runs, or may do what another one does. */
export interface KnownOperator {
  readonly operator: Operator;
  /** Its place in the subgraph. */
  readonly index: number;
  readonly code: CodeInFile;
  readonly codeIndex: number;
}

/** They are no nodes: they say which states there are, and what these hold at first. */
export const OF_RESOURCES: readonly BuiltinOperator[] = [
  BuiltinOperator.VAR_HANDLE,
  BuiltinOperator.CALL_ONCE,
];

/** What is no node for another reason than that nothing is known of it. */
const ELSEWHERE: readonly BuiltinOperator[] = [...OF_RESOURCES, BuiltinOperator.IF, BuiltinOperator.WHILE];

/** Looked at before any tensor: an operator that is not known explains more than its unusual tensors. */
export function readKinds(subgraph: SubGraph, codes: readonly CodeInFile[]): KnownOperator[] {
  return Array.from({ length: subgraph.operatorsLength() }, (_, index) =>
    withErrorContext(`operator ${index}`, () => {
      const operator = subgraph.operators(index);
      if (operator === null) throw corrupt('is missing');
      const codeIndex = operator.opcodeIndex();
      const code = codes[codeIndex];
      if (code === undefined) throw corrupt(`names operator code ${codeIndex} of ${codes.length}`);
      const mayBeKnown =
        hasRule(code.code) || code.code === BuiltinOperator.POW || ELSEWHERE.includes(code.code);
      if (code.kind === undefined && !mayBeKnown) throw unknownOperator(code.name);
      return { operator, index, code, codeIndex };
    }),
  );
}
