#ifndef STUB_TENSORFLOW_LITE_MICRO_MICRO_INTERPRETER_H_
#define STUB_TENSORFLOW_LITE_MICRO_MICRO_INTERPRETER_H_

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

#define TFLITE_SCHEMA_VERSION (3)

namespace tflite {

class MicroAllocator;
class MicroResourceVariables;
class MicroProfilerInterface;

/// Knows the model of stub_model.h, whatever bytes it is given, and computes what stub_invoke says.
class MicroInterpreter {
 public:
  MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver, uint8_t* tensor_arena,
                   size_t tensor_arena_size, MicroResourceVariables* resource_variables = nullptr,
                   MicroProfilerInterface* profiler = nullptr);
  MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver, MicroAllocator* allocator,
                   MicroResourceVariables* resource_variables = nullptr, MicroProfilerInterface* profiler = nullptr);
  ~MicroInterpreter() {}

  TfLiteStatus AllocateTensors();
  TfLiteStatus Reset();
  /// Inputs are garbage afterwards, as where their memory is used again.
  TfLiteStatus Invoke();
  /// nullptr outside of the range, and before AllocateTensors.
  TfLiteTensor* input(size_t index);
  TfLiteTensor* output(size_t index);
  size_t inputs_size() const;
  size_t outputs_size() const;
  size_t arena_used_bytes() const;

 private:
  const Model* model_;
  const MicroOpResolver& op_resolver_;
  uint8_t* tensor_arena_;
  size_t tensor_arena_size_;
  const MicroResourceVariables* resource_variables_;
  bool tensors_allocated_ = false;
  bool has_lost_beginning_ = false;
  size_t step_ = 0;
};

}  // namespace tflite

#endif
