/** The model that the stub interpreter knows: tensors, operators, and recorded answers instead of kernels. */

import { type DType, type TensorType, tensorBytes } from '../../src/core/tensor.ts';

/** The path of that source among the sources of a program. */
export const STUB_MODEL = 'stub_model.cc';

const C_TYPES: Readonly<Record<DType, string>> = {
  float32: 'kTfLiteFloat32',
  int8: 'kTfLiteInt8',
  int4: 'kTfLiteInt4',
  uint8: 'kTfLiteUInt8',
  int16: 'kTfLiteInt16',
  int32: 'kTfLiteInt32',
  int64: 'kTfLiteInt64',
  bool: 'kTfLiteBool',
};

export interface StubModel {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** Builtin names. */
  readonly operators: readonly string[];
  /** The least arena, and what arena_used_bytes() returns. */
  readonly arenaBytes: number;
  /** Resource variables, which make the order of the records that of Invokes; `beginOtherwise`: a reset does not suffice. */
  readonly variables?: { readonly count: number; readonly beginOtherwise: boolean };
  /** What Invoke answers; with an input that is in no record it fails. All inputs, all outputs one after another. */
  readonly records: readonly { readonly input: Uint8Array; readonly output: Uint8Array }[];
}

/** What stub_model.h declares, but for `stub_invoke`; `definitions` are what that needs. */
function stubTensors(model: Omit<StubModel, 'records'>, definitions: readonly string[] = []): string[] {
  return [
    '#include <cstring>',
    '#include "stub_model.h"',
    'namespace {',
    ...tensors('inputs', model.inputs),
    ...tensors('outputs', model.outputs),
    `const char* const operators[] = {${[...model.operators.map((name) => `"${name}"`), 'nullptr'].join(', ')}};`,
    ...definitions,
    '}',
    'extern const StubModel stub_model = {',
    `  inputs, ${model.inputs.length}, outputs, ${model.outputs.length}, operators, ${model.operators.length}, ${model.arenaBytes},`,
    `  ${model.variables?.count ?? 0}, ${model.variables?.beginOtherwise ?? false},`,
    '};',
  ];
}

/** The same with answers of a model of int8 as C without an interpreter, whose functions begin with `network`. */
export function computingStub(model: Omit<StubModel, 'records'>, network: string): string {
  return [
    `#include "${network}.h"`,
    ...stubTensors(model),
    'bool stub_invoke(const uint8_t* input, uint8_t* output, size_t) {',
    '  const int8_t* const given = reinterpret_cast<const int8_t*>(input);',
    `  return ${network}_invoke(given, reinterpret_cast<int8_t*>(output)) == ${network.toUpperCase()}_OK;`,
    '}',
    '',
  ].join('\n');
}

/** Source of the definitions that stub_model.h declares; it goes to STUB_MODEL. */
export function stubModelSource(model: StubModel): string {
  const records = [
    ...table(
      'record_inputs',
      totalBytes(model.inputs),
      model.records.map(({ input }) => input),
    ),
    ...table(
      'record_outputs',
      totalBytes(model.outputs),
      model.records.map(({ output }) => output),
    ),
  ];
  return [
    ...stubTensors(model, records),
    `bool stub_invoke(const uint8_t* input, uint8_t* output, size_t${model.variables === undefined ? '' : ' step'}) {`,
    `  for (size_t index = 0; index < ${model.records.length}u; ++index) {`,
    ...(model.variables === undefined ? [] : [`    if (index != step % ${model.records.length}u) continue;`]),
    '    if (std::memcmp(input, record_inputs[index], sizeof record_inputs[0]) != 0) continue;',
    '    std::memcpy(output, record_outputs[index], sizeof record_outputs[0]);',
    '    return true;',
    '  }',
    '  return false;',
    '}',
    '',
  ].join('\n');
}

function tensors(name: string, types: readonly TensorType[]): string[] {
  const memory = types.map((type, index) => `alignas(16) char ${name}_data_${index}[${tensorBytes(type)}];`);
  const dims = types.map(
    ({ shape }, index) => `TfLiteIntArray ${name}_dims_${index} = {${shape.length}, {${shape.join(', ')}}};`,
  );
  const rows = types.map(({ dtype, shape, quant }, index) => {
    const { scale, zeroPoint } = quant?.scheme === 'per-tensor' ? quant : { scale: 0, zeroPoint: 0 };
    const bytes = tensorBytes({ dtype, shape });
    const data = `{reinterpret_cast<int32_t*>(${name}_data_${index})}`;
    return `  {${C_TYPES[dtype]}, ${data}, &${name}_dims_${index}, {${scale.toExponential()}f, ${zeroPoint}}, ${bytes}},`;
  });
  return [...memory, ...dims, `TfLiteTensor ${name}[] = {`, ...rows, '};'];
}

function totalBytes(types: readonly TensorType[]): number {
  return types.reduce((sum, type) => sum + tensorBytes(type), 0);
}

function table(name: string, length: number, rows: readonly Uint8Array[]): string[] {
  const wrong = rows.find((row) => row.length !== length);
  if (wrong !== undefined)
    throw new Error(`${name}: a record has ${wrong.length} bytes instead of ${length}`);
  return [`const uint8_t ${name}[][${length}] = {`, ...rows.map((row) => `  {${row.join(',')}},`), '};'];
}
