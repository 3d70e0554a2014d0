/** What `tinyml convert MODEL` says beside its result: flags that changed nothing, and who does not run the file. */

import { given } from '../../../core/given.ts';
import type { WeightForm } from '../../../core/model-type.ts';
import type { QuantizedDType } from '../../../core/tensor.ts';
import { readOutline } from '../../../formats/tflite/read-outline.ts';
import type { Graph } from '../../../ir/graph.ts';
import { isInt8, keepsOwnScales } from '../../../models/convert/lower.ts';
import { canUnroll } from '../../../models/convert/unroll-lstm.ts';
import { librarySupport } from '../../../models/inspect/library-support.ts';
import { LIBRARY_NAMES, type Library } from '../../../targets/tflm/operators.ts';
import type { Session } from '../../terminal/session.ts';
import { type ConvertFlags, typeOf, weightsOf } from './convert-flags.ts';

/** Whether quantized activations have that type; states do not count, an LSTM of int8 has one of int16. */
function computesIn({ values }: Graph, dtype: QuantizedDType): boolean {
  return [...values.values()].some(
    ({ type, data, state }) =>
      type.dtype === dtype && type.quant !== undefined && data === undefined && state === undefined,
  );
}

/** Whether the model becomes int8 with the scales that its file has. */
function hasOwnScales(graph: Graph, flags: ConvertFlags): boolean {
  const { int16, int4, weightsBudget } = flags;
  if ([int4, weightsBudget, weightsOf(flags)].some((option) => option !== undefined)) return false;
  return keepsOwnScales(graph, given({ type: typeOf(flags), int16 }));
}

/** A library without BATCH_MATMUL gets FULLY_CONNECTED in float32, too. */
function multipliesComputed({ nodes, values }: Graph): boolean {
  return nodes.some(
    ({ kind, inputs }) =>
      kind === 'batch_matmul' && inputs.every((id) => id !== undefined && values.get(id)?.data === undefined),
  );
}

function idleFlags(graph: Graph, flags: ConvertFlags): readonly string[] {
  const { densePerChannel, method, int16, int4, weightsBudget, calibration, io, library } = flags;
  const weights = weightsOf(flags);
  const isQuantized = isInt8(graph);
  const isOwn = hasOwnScales(graph, flags);
  if (!isQuantized && !isOwn && flags.float !== true && weights === undefined) return [];
  const rows: readonly (readonly [string, boolean])[] = [
    [
      `--${densePerChannel ? '' : 'no-'}dense-per-channel`,
      densePerChannel !== undefined && weights !== 'dynamic-range',
    ],
    ['--method', method !== undefined],
    ['--int16', int16 !== undefined],
    ['--int4', int4 !== undefined],
    ['--weights-budget', weightsBudget !== undefined],
    ['--calibration', calibration !== undefined && !isOwn],
    ['--io', io !== undefined && !isQuantized && !isOwn],
    ['--library', library !== undefined && !isQuantized && !isOwn && !multipliesComputed(graph)],
  ];
  return rows.filter(([, isGiven]) => isGiven).map(([flag]) => flag);
}

/** What decides how float becomes int8 has no say in a file that is quantized already, or stays float32. */
export function warnOfIdleFlags(session: Session, model: string, graph: Graph, flags: ConvertFlags): void {
  if (['fused', 'unrolled'].includes(flags.recurrent ?? '') && !canUnroll(graph)) {
    session.reporter.warn(`--recurrent changes nothing: ${model} has no layer of LSTM that can be either.`);
  }
  const isQuantized = isInt8(graph);
  const keepsScales = isQuantized || hasOwnScales(graph, flags);
  const why = keepsScales
    ? `${model} is quantized already, and keeps its scales`
    : `the file stays float32, which ${model} is`;
  for (const flag of idleFlags(graph, flags)) session.reporter.warn(`${flag} changes nothing: ${why}.`);
  if (isQuantized && flags.int8 === true && computesIn(graph, 'int16')) {
    const part = computesIn(graph, 'int8') ? ' in part' : '';
    session.reporter.warn(
      `--int8 changes nothing: ${model} computes in int16${part}, and keeps that. Convert the float model that it was made of.`,
    );
  }
}

/** Samples for a file that has scales for all of its tensors. */
export function warnOfIdleSamples(session: Session, model: string): void {
  session.reporter.warn(
    `--calibration changes nothing: ${model} is quantized already, and has a scale for every tensor. Convert it with --float first for others.`,
  );
}

/** The file is TensorFlow Lite Micro's; another library may still refuse it, or compute something else. */
export function warnOfLibrary(session: Session, bytes: Uint8Array, library: Library): void {
  // What TensorFlow Lite Micro itself does not run is not written.
  if (library === 'tflm') return;
  const support = librarySupport(readOutline(bytes).outline).find((one) => one.library === library);
  const [first] = support?.refusals ?? [];
  if (first === undefined) return;
  session.reporter.warn(
    `${LIBRARY_NAMES[library]} does not run the file as it is meant: ${first.operator}: ${first.reason}`,
  );
}

const FOR_DESKTOPS: Readonly<Record<WeightForm, { readonly refused: string; readonly nothing: string }>> = {
  float16: { refused: 'does not unpack float16', nothing: 'it has no float32 constants' },
  'dynamic-range': {
    refused: 'does not multiply floats by int8 weights',
    nothing:
      'no weights of its FULLY_CONNECTED, CONV_2D and DEPTHWISE_CONV_2D have 1,024 elements, with which TensorFlow begins',
  },
};

/** A file with smaller weights looks like any other, until a microcontroller refuses it. `written` is its path. */
export function warnOfWeights(session: Session, written: string, bytes: Uint8Array, form: WeightForm): void {
  const { refused, nothing } = FOR_DESKTOPS[form];
  const isSmaller = readOutline(bytes).outline.subgraphs.some(({ tensors }) =>
    tensors.some(({ dtype, storage }) => storage === 'constant' && (dtype === 'float16' || dtype === 'int8')),
  );
  session.reporter.warn(
    isSmaller
      ? `${written} is for TensorFlow Lite on desktops and phones; TensorFlow Lite Micro ${refused}. For a microcontroller, convert with --int8 or --float.`
      : `--${form} changes nothing: ${nothing}. ${written} is plain float32.`,
  );
}
