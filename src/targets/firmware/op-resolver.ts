/** `op_resolver.h`: exactly the operators of the model, so that the linker leaves out the others. */

import { unsupportedError } from '../../core/errors.ts';
import { resolverMethod } from '../tflm/operators.ts';
import type { Firmware, FirmwareFile } from './firmware.ts';
import { generatedNotice } from './source-file.ts';

function methodOf(operator: string): string {
  const method = resolverMethod(operator);
  if (method !== undefined) return method;
  throw unsupportedError(
    'no-resolver-method',
    `TensorFlow Lite Micro has no operator ${operator}.`,
    'Replace that layer, or write the array alone with --style and register the operator by hand.',
  );
}

export function opResolverFile({ operators }: Firmware): FirmwareFile {
  const lines = operators.map(
    (name) => `  if (resolver.${methodOf(name)}() != kTfLiteOk) return kTfLiteError;\n`,
  );
  return {
    path: 'op_resolver.h',
    text: `${generatedNotice("The model's operators, and no others: each one takes flash.")}
#ifndef OP_RESOLVER_H_
#define OP_RESOLVER_H_

#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

constexpr int kNumberOperators = ${operators.length};

using OpResolver = tflite::MicroMutableOpResolver<kNumberOperators>;

inline TfLiteStatus register_operators(OpResolver& resolver) {
${lines.join('')}  return kTfLiteOk;
}

#endif  // OP_RESOLVER_H_
`,
  };
}
