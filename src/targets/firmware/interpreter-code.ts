/** How applications make the interpreter of a model: statements of C++ in a function, in which `model` and `resolver` are known. */

import type { Firmware } from './firmware.ts';

const HEADERS = '#include "tensorflow/lite/micro/micro_interpreter.h"\n';

/** Headers of TFLM that the statements need, with others between them that the alphabet has there. */
export function interpreterHeaders({ variables }: Firmware, between = ''): string {
  if (variables === undefined) return `${HEADERS}${between}`;
  return `#include "tensorflow/lite/micro/micro_allocator.h"
${HEADERS}${between}#include "tensorflow/lite/micro/micro_resource_variable.h"
`;
}

/** Whether `model` must be opened again, since Reset() does not give its variables what they begin with. */
export function opensAnew({ variables }: Firmware): boolean {
  return variables?.beginOtherwise === true;
}

const ONCE = `  static tflite::MicroInterpreter interpreter(model, resolver, tensor_arena, kTensorArenaSize);
`;

const ONCE_WITH_VARIABLES = `  // The variables live in the arena, and must be there before the interpreter.
  static tflite::MicroAllocator* const allocator = tflite::MicroAllocator::Create(tensor_arena, kTensorArenaSize);
  static tflite::MicroResourceVariables* const variables =
      tflite::MicroResourceVariables::Create(allocator, kResourceVariableCount);
  static tflite::MicroInterpreter interpreter(model, resolver, allocator, variables);
`;

const ANEW = `  // Anew at every call: CALL_ONCE gives the variables what they begin with, once, and Reset() takes it from them.
  alignas(tflite::MicroInterpreter) static unsigned char place[sizeof(tflite::MicroInterpreter)];
  static tflite::MicroInterpreter* last = nullptr;
  if (last != nullptr) last->~MicroInterpreter();
  tflite::MicroAllocator* const allocator = tflite::MicroAllocator::Create(tensor_arena, kTensorArenaSize);
  tflite::MicroResourceVariables* const variables =
      tflite::MicroResourceVariables::Create(allocator, kResourceVariableCount);
  last = new (place) tflite::MicroInterpreter(model, resolver, allocator, variables);
  tflite::MicroInterpreter& interpreter = *last;
`;

/** Makes `interpreter`. */
export function interpreterStatements(firmware: Firmware): string {
  if (firmware.variables === undefined) return ONCE;
  return opensAnew(firmware) ? ANEW : ONCE_WITH_VARIABLES;
}
