/** The operators of a file by name, with the few options that the memory of a kernel depends on. */

import { Encoding } from 'flatbuffers';
import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import type {
  OutlineDetection,
  OutlineMisfit,
  OutlineOperator,
  OutlineTensor,
  OutlineVariable,
  OutlineWindow,
} from '../../ir/outline.ts';
import type { OpKind } from '../../ops/index.ts';
import { type Allowance, boundedNumbers, boundedText } from '../allowance.ts';
import type { Accessor } from './codec.ts';
import { readDetectionOptions } from './codecs/detection-codecs.ts';
import {
  ActivationFunctionType,
  BatchMatMulOptions,
  BuiltinOperator,
  BuiltinOptions,
  CallOnceOptions,
  Conv2DOptions,
  DepthwiseConv2DOptions,
  IfOptions,
  type Operator,
  Padding,
  Pool2DOptions,
  type SubGraph,
  TransposeConvOptions,
  VarHandleOptions,
  WhileOptions,
} from './generated/tflite_generated.ts';
import { type MisfitTensor, operatorMisfit } from './outline/operator-misfit.ts';
import type { CodeInFile } from './read-operators.ts';
import { corrupt } from './read-tensors.ts';
import { dilationsOf, filterOf, type StridedOptions, stridesOf } from './window-options.ts';

/** Where an operand is left out. */
const ABSENT = -1;

/** The options set upon `accessor`, or undefined where the file has none of that kind. */
function optionsOf<T extends Accessor>(operator: Operator, type: BuiltinOptions, accessor: T): T | undefined {
  return operator.builtinOptionsType() === type && operator.builtinOptions(accessor) !== null
    ? accessor
    : undefined;
}

function slidingWindow(
  options: StridedOptions | undefined,
  dilations: readonly [number, number],
): OutlineWindow | undefined {
  if (options === undefined) return undefined;
  const padding = options.padding() === Padding.SAME ? 'same' : 'valid';
  return { padding, strides: stridesOf(options), dilations };
}

function poolWindow(operator: Operator): OutlineWindow | undefined {
  const options = optionsOf(operator, BuiltinOptions.Pool2DOptions, new Pool2DOptions());
  const window = slidingWindow(options, [1, 1]);
  if (options === undefined || window === undefined) return undefined;
  return { ...window, filter: filterOf(options) };
}

function dilatedWindow(
  options: Conv2DOptions | DepthwiseConv2DOptions | undefined,
): OutlineWindow | undefined {
  if (options === undefined) return undefined;
  return slidingWindow(options, dilationsOf(options));
}

function windowOf(operator: Operator, code: BuiltinOperator): OutlineWindow | undefined {
  switch (code) {
    case BuiltinOperator.CONV_2D:
      return dilatedWindow(optionsOf(operator, BuiltinOptions.Conv2DOptions, new Conv2DOptions()));
    case BuiltinOperator.DEPTHWISE_CONV_2D:
      return dilatedWindow(
        optionsOf(operator, BuiltinOptions.DepthwiseConv2DOptions, new DepthwiseConv2DOptions()),
      );
    case BuiltinOperator.TRANSPOSE_CONV:
      return slidingWindow(
        optionsOf(operator, BuiltinOptions.TransposeConvOptions, new TransposeConvOptions()),
        [1, 1],
      );
    case BuiltinOperator.AVERAGE_POOL_2D:
    case BuiltinOperator.MAX_POOL_2D:
    case BuiltinOperator.L2_POOL_2D:
      return poolWindow(operator);
    default:
      return undefined;
  }
}

function adjointOf(operator: Operator, code: BuiltinOperator): readonly [boolean, boolean] | undefined {
  if (code !== BuiltinOperator.BATCH_MATMUL) return undefined;
  const options = optionsOf(operator, BuiltinOptions.BatchMatMulOptions, new BatchMatMulOptions());
  return [options?.adjX() ?? false, options?.adjY() ?? false];
}

function detectionOf(operator: Operator, kind: OpKind | undefined): OutlineDetection | undefined {
  if (kind !== 'tflite_detection_postprocess') return undefined;
  const options = operator.customOptionsArray() ?? new Uint8Array(0);
  const { maxDetections, classes } = readDetectionOptions(options);
  return { maxDetections, classes };
}

function variableOf(
  operator: Operator,
  code: BuiltinOperator,
  allowance: Allowance,
): OutlineVariable | undefined {
  if (code !== BuiltinOperator.VAR_HANDLE) return undefined;
  const options = optionsOf(operator, BuiltinOptions.VarHandleOptions, new VarHandleOptions());
  const container = options?.container(Encoding.UTF8_BYTES) ?? undefined;
  const name = boundedText(options?.sharedName(Encoding.UTF8_BYTES) ?? null, allowance);
  return container === undefined ? { name } : { container: boundedText(container, allowance), name };
}

function clampsOf(operator: Operator, code: BuiltinOperator): boolean {
  if (code !== BuiltinOperator.TRANSPOSE_CONV) return false;
  const options = optionsOf(operator, BuiltinOptions.TransposeConvOptions, new TransposeConvOptions());
  return options !== undefined && options.fusedActivationFunction() !== ActivationFunctionType.NONE;
}

function targetsOf(operator: Operator, code: BuiltinOperator): readonly number[] | undefined {
  switch (code) {
    case BuiltinOperator.IF: {
      const options = optionsOf(operator, BuiltinOptions.IfOptions, new IfOptions());
      return options && [options.thenSubgraphIndex(), options.elseSubgraphIndex()];
    }
    case BuiltinOperator.WHILE: {
      const options = optionsOf(operator, BuiltinOptions.WhileOptions, new WhileOptions());
      return options && [options.condSubgraphIndex(), options.bodySubgraphIndex()];
    }
    case BuiltinOperator.CALL_ONCE: {
      const options = optionsOf(operator, BuiltinOptions.CallOnceOptions, new CallOnceOptions());
      return options && [options.initSubgraphIndex()];
    }
    default:
      return [];
  }
}

/** TFLM follows these indices without a look, so one that leads nowhere must not pass. */
function callsOf(
  operator: Operator,
  code: BuiltinOperator,
  subgraphCount: number,
): readonly number[] | undefined {
  const calls = targetsOf(operator, code);
  if (calls === undefined) throw corrupt('does not say which subgraph it runs');
  for (const index of calls) {
    if (index < 0 || index >= subgraphCount) throw corrupt(`runs subgraph ${index} of ${subgraphCount}`);
  }
  return calls.length === 0 ? undefined : calls;
}

function tensorIndex(index: number, count: number): number {
  if (index < 0 || index >= count) throw corrupt(`names tensor ${index} of ${count}`);
  return index;
}

/** Tensors of a subgraph, and the way to their data. */
export interface SubgraphTensors {
  readonly tensors: readonly OutlineTensor[];
  bytesOf(index: number): Uint8Array | undefined;
}

function misfitOf(
  operator: Operator,
  kind: OpKind,
  inputs: readonly (number | undefined)[],
  outputs: readonly number[],
  { tensors, bytesOf }: SubgraphTensors,
  allowance: Allowance,
): OutlineMisfit | undefined {
  // What has no size is refused for that, and nothing fits to it.
  const touched = [...inputs, ...outputs].filter((index) => index !== undefined);
  if (touched.some((index) => tensors[index].unsized !== undefined)) return undefined;
  const at = (index: number): MisfitTensor => ({
    tensor: tensors[index],
    bytes: () => {
      const bytes = bytesOf(index);
      allowance.spendEntries(bytes?.length ?? 0);
      return bytes;
    },
  });
  return operatorMisfit(
    operator,
    kind,
    inputs.map((index) => (index === undefined ? undefined : at(index))),
    outputs.map(at),
  );
}

function readOperator(
  operator: Operator,
  code: CodeInFile,
  subgraph: SubgraphTensors,
  subgraphCount: number,
  allowance: Allowance,
): OutlineOperator {
  const tensorCount = subgraph.tensors.length;
  const inputs = boundedNumbers(operator.inputsLength(), (at) => operator.inputs(at), allowance).map(
    (index) => (index === ABSENT ? undefined : tensorIndex(index, tensorCount)),
  );
  const outputs = boundedNumbers(operator.outputsLength(), (at) => operator.outputs(at), allowance).map(
    (index) => tensorIndex(index, tensorCount),
  );
  const intermediates = boundedNumbers(
    operator.intermediatesLength(),
    (at) => operator.intermediates(at),
    allowance,
  );
  const window = windowOf(operator, code.code);
  const adjoint = adjointOf(operator, code.code);
  const detection = detectionOf(operator, code.kind);
  const variable = variableOf(operator, code.code, allowance);
  const calls = callsOf(operator, code.code, subgraphCount);
  const misfit =
    code.kind === undefined || outputs.length === 0
      ? undefined
      : misfitOf(operator, code.kind, inputs, outputs, subgraph, allowance);
  return {
    name: code.kind === undefined ? (BuiltinOperator[code.code] ?? code.name) : code.name,
    ...(code.customName === undefined ? {} : { customName: code.customName }),
    version: code.version,
    inputs,
    outputs,
    intermediates: intermediates.map((index) => tensorIndex(index, tensorCount)),
    ...(window === undefined ? {} : { window }),
    ...(detection === undefined ? {} : { detection }),
    ...(variable === undefined ? {} : { variable }),
    ...(adjoint === undefined ? {} : { adjoint }),
    ...(clampsOf(operator, code.code) ? { clampsOutput: true } : {}),
    ...(calls === undefined ? {} : { calls }),
    ...(misfit === undefined ? {} : { misfit }),
  };
}

/** TFLM plans no memory for intermediates and stops when one would need some. */
function refuseIntermediates({ intermediates }: OutlineOperator, tensors: readonly OutlineTensor[]): void {
  const index = intermediates.find((intermediate) => tensors[intermediate].bytes !== 0);
  if (index === undefined) return;
  throw unsupportedError(
    'unsupported-intermediate',
    `has the intermediate tensor ${index} of ${tensors[index].bytes} bytes, where TensorFlow Lite Micro takes only empty ones`,
  );
}

/** The operators of one subgraph in order; marks the codes they use in `used`. */
export function readOutlineOperators(
  subgraph: SubGraph,
  codes: readonly CodeInFile[],
  ofSubgraph: SubgraphTensors,
  subgraphCount: number,
  used: Set<number>,
  allowance: Allowance,
): OutlineOperator[] {
  return Array.from({ length: subgraph.operatorsLength() }, (_, index) =>
    withErrorContext(`operator ${index}`, () => {
      const operator = subgraph.operators(index);
      if (operator === null) throw corrupt('is missing');
      const code = codes[operator.opcodeIndex()];
      if (code === undefined) {
        throw corrupt(`names operator code ${operator.opcodeIndex()} of ${codes.length}`);
      }
      used.add(operator.opcodeIndex());
      const outline = readOperator(operator, code, ofSubgraph, subgraphCount, allowance);
      refuseIntermediates(outline, ofSubgraph.tensors);
      return outline;
    }),
  );
}
