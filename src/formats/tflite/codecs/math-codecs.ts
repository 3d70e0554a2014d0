/** How functions of single numbers are stored in a file, and whatever else has no options. */

import { type Codec, versions } from '../codec.ts';
import { BuiltinOperator, BuiltinOptions } from '../generated/tflite_generated.ts';

/** An operator without options. */
export function plain(
  code: BuiltinOperator,
  floatVersion: number,
  int8Version: number,
): Codec<Record<string, never>> {
  return {
    code,
    options: BuiltinOptions.NONE,
    version: versions(floatVersion, int8Version),
    read: () => ({}),
  };
}

/** An operator that has no int8 kernel. */
function real(code: BuiltinOperator): Codec<Record<string, never>> {
  return plain(code, 1, 1);
}

export const mathCodecs = {
  abs: plain(BuiltinOperator.ABS, 1, 2),
  ceil: real(BuiltinOperator.CEIL),
  cos: real(BuiltinOperator.COS),
  exp: real(BuiltinOperator.EXP),
  floor: real(BuiltinOperator.FLOOR),
  log: real(BuiltinOperator.LOG),
  neg: real(BuiltinOperator.NEG),
  round: real(BuiltinOperator.ROUND),
  rsqrt: plain(BuiltinOperator.RSQRT, 1, 2),
  sin: real(BuiltinOperator.SIN),
  sqrt: real(BuiltinOperator.SQRT),
  square: real(BuiltinOperator.SQUARE),
} as const;
