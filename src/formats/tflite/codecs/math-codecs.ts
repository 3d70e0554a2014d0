/** How functions of single numbers are stored in a file, and whatever else has no options. */

import { type Codec, versions } from '../codec.ts';
import { BuiltinOperator, BuiltinOptions } from '../generated/tflite_generated.ts';
import { fileTypeOf } from '../read-tensors.ts';

/** An operator without options. */
export function plain(
  code: BuiltinOperator,
  floatVersion: number,
  int8Version: number,
  int16Version?: number,
): Codec<Record<string, never>> {
  return {
    code,
    options: BuiltinOptions.NONE,
    version: versions(floatVersion, int8Version, int16Version),
    read: () => ({}),
  };
}

/** An operator that has one version, whatever its types. */
function real(code: BuiltinOperator): Codec<Record<string, never>> {
  return plain(code, 1, 1, 1);
}

export const mathCodecs = {
  abs: plain(BuiltinOperator.ABS, 1, 2, 3),
  cast: {
    code: BuiltinOperator.CAST,
    options: BuiltinOptions.CastOptions,
    version: versions(1, 3, 1),
    // TFLM looks at the types of the tensors, not at the options.
    read: () => ({}),
    writeOptions: (_, file, { inputs: [input], outputs: [output] }) =>
      file.table('CastOptions', {
        ...(input === undefined ? {} : { in_data_type: fileTypeOf(input.dtype) }),
        out_data_type: fileTypeOf(output.dtype),
      }),
  } satisfies Codec<Record<string, never>>,
  ceil: real(BuiltinOperator.CEIL),
  cos: real(BuiltinOperator.COS),
  equal: plain(BuiltinOperator.EQUAL, 1, 2),
  exp: real(BuiltinOperator.EXP),
  floor: real(BuiltinOperator.FLOOR),
  floor_div: plain(BuiltinOperator.FLOOR_DIV, 2, 3),
  floor_mod: plain(BuiltinOperator.FLOOR_MOD, 1, 2),
  greater: plain(BuiltinOperator.GREATER, 1, 2),
  greater_equal: plain(BuiltinOperator.GREATER_EQUAL, 1, 2),
  less: plain(BuiltinOperator.LESS, 1, 2),
  less_equal: plain(BuiltinOperator.LESS_EQUAL, 1, 2),
  log: real(BuiltinOperator.LOG),
  logical_and: real(BuiltinOperator.LOGICAL_AND),
  logical_not: real(BuiltinOperator.LOGICAL_NOT),
  logical_or: real(BuiltinOperator.LOGICAL_OR),
  neg: real(BuiltinOperator.NEG),
  not_equal: plain(BuiltinOperator.NOT_EQUAL, 1, 2),
  round: real(BuiltinOperator.ROUND),
  rsqrt: plain(BuiltinOperator.RSQRT, 1, 2),
  select_v2: real(BuiltinOperator.SELECT_V2),
  sin: real(BuiltinOperator.SIN),
  sqrt: real(BuiltinOperator.SQRT),
  square: real(BuiltinOperator.SQUARE),
  squared_difference: plain(BuiltinOperator.SQUARED_DIFFERENCE, 1, 2, 1),
} as const;
