// What a test says of the model its program runs; test/cross/stub-model.ts writes the definitions.
#ifndef STUB_MODEL_H_
#define STUB_MODEL_H_

#include "tensorflow/lite/c/common.h"

struct StubModel {
  /// Their `data` points at memory that is large enough.
  TfLiteTensor* inputs;
  size_t inputs_size;
  TfLiteTensor* outputs;
  size_t outputs_size;
  /// Builtin names; AllocateTensors refuses a resolver that lacks one.
  const char* const* operators;
  size_t operators_size;
  /// The least arena that AllocateTensors accepts, and what arena_used_bytes() says.
  size_t arena_bytes;
  /// How many resource variables the application makes room for.
  int variables;
  /// CALL_ONCE gives the variables what they begin with: an interpreter that was reset after an Invoke has lost it.
  bool begins_otherwise;
};

extern const StubModel stub_model;

/// Takes all inputs one after another, writes all outputs likewise; false makes Invoke fail. `step` counts since the model
/// began.
extern "C" bool stub_invoke(const uint8_t* input, uint8_t* output, size_t step);

#endif
