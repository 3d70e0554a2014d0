// The fake behind MicroInterpreter and Model, for programs that come with a stub_model.cc.
#include <cstdlib>
#include <cstring>
#include <new>

#include "stub_fail.h"
#include "stub_model.h"
#include "tensorflow/lite/micro/micro_allocator.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/micro_resource_variable.h"

namespace {

uint32_t little_endian(const uint8_t* bytes, int count) {
  uint32_t value = 0;
  for (int index = count - 1; index >= 0; --index) value = value << 8 | bytes[index];
  return value;
}

size_t total_bytes(const TfLiteTensor* tensors, size_t count) {
  size_t bytes = 0;
  for (size_t index = 0; index < count; ++index) bytes += tensors[index].bytes;
  return bytes;
}

}  // namespace

namespace tflite {

uint32_t Model::version() const {
  // The root table's first field. The table begins with the distance back to its vtable.
  const uint8_t* file = reinterpret_cast<const uint8_t*>(this);
  const uint8_t* table = file + little_endian(file, 4);
  const uint8_t* vtable = table - static_cast<int32_t>(little_endian(table, 4));
  const uint32_t field = little_endian(vtable, 2) < 6 ? 0 : little_endian(vtable + 4, 2);
  return field == 0 ? 0 : little_endian(table + field, 4);
}

const Model* GetModel(const void* buffer) {
  if (std::memcmp(static_cast<const char*>(buffer) + 4, "TFL3", 4) != 0) stub_fail("GetModel: not a .tflite file");
  if (reinterpret_cast<uintptr_t>(buffer) % 16 != 0) stub_fail("GetModel: the array is not aligned");
  return static_cast<const Model*>(buffer);
}

MicroInterpreter::MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver, uint8_t* tensor_arena,
                                   size_t tensor_arena_size, MicroResourceVariables* resource_variables,
                                   MicroProfilerInterface*)
    : model_(model),
      op_resolver_(op_resolver),
      tensor_arena_(tensor_arena),
      tensor_arena_size_(tensor_arena_size),
      resource_variables_(resource_variables) {}

MicroInterpreter::MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver, MicroAllocator* allocator,
                                   MicroResourceVariables* resource_variables, MicroProfilerInterface*)
    : model_(model),
      op_resolver_(op_resolver),
      tensor_arena_(allocator->tensor_arena),
      tensor_arena_size_(allocator->arena_size),
      resource_variables_(resource_variables) {
  if (resource_variables != nullptr && resource_variables->allocator != allocator) {
    stub_fail("variables of another allocator");
  }
}

MicroAllocator* MicroAllocator::Create(uint8_t* tensor_arena, size_t arena_size) {
  if (arena_size < stub_model.arena_bytes) stub_fail("MicroAllocator: the arena is too small");
  return new (tensor_arena + arena_size - sizeof(MicroAllocator)) MicroAllocator(tensor_arena, arena_size);
}

MicroResourceVariables* MicroResourceVariables::Create(MicroAllocator* allocator, int num_variables) {
  uint8_t* const end = allocator->tensor_arena + allocator->arena_size - sizeof(MicroAllocator);
  return new (end - sizeof(MicroResourceVariables)) MicroResourceVariables(allocator, num_variables);
}

TfLiteStatus MicroInterpreter::AllocateTensors() {
  if (model_ == nullptr) stub_fail("a MicroInterpreter without a model");
  for (size_t index = 0; index < stub_model.operators_size; ++index) {
    if (op_resolver_.Has(stub_model.operators[index])) continue;
    MicroPrintf("stub: %s is not registered", stub_model.operators[index]);
    return kTfLiteError;
  }
  if (stub_model.variables != (resource_variables_ == nullptr ? 0 : resource_variables_->count)) {
    MicroPrintf("stub: there must be room for %d resource variables", stub_model.variables);
    return kTfLiteError;
  }
  const size_t lost = (16 - reinterpret_cast<uintptr_t>(tensor_arena_) % 16) % 16;
  if (tensor_arena_size_ < stub_model.arena_bytes + lost) {
    MicroPrintf("stub: the arena is too small");
    return kTfLiteError;
  }
  const size_t kept = resource_variables_ == nullptr ? 0 : sizeof(MicroAllocator) + sizeof(MicroResourceVariables);
  std::memset(tensor_arena_, 0xa5, tensor_arena_size_ - kept);
  tensors_allocated_ = true;
  return kTfLiteOk;
}

TfLiteStatus MicroInterpreter::Reset() {
  has_lost_beginning_ = has_lost_beginning_ || (stub_model.begins_otherwise && step_ > 0);
  step_ = 0;
  return tensors_allocated_ ? kTfLiteOk : kTfLiteError;
}

TfLiteStatus MicroInterpreter::Invoke() {
  if (!tensors_allocated_ || has_lost_beginning_) return kTfLiteError;
  const size_t input_bytes = total_bytes(stub_model.inputs, stub_model.inputs_size);
  const size_t output_bytes = total_bytes(stub_model.outputs, stub_model.outputs_size);
  uint8_t* input = static_cast<uint8_t*>(std::malloc(input_bytes + output_bytes));
  if (input == nullptr) stub_fail("out of memory");
  uint8_t* output = input + input_bytes;
  size_t offset = 0;
  for (size_t index = 0; index < stub_model.inputs_size; ++index) {
    const TfLiteTensor& tensor = stub_model.inputs[index];
    std::memcpy(input + offset, tensor.data.raw, tensor.bytes);
    std::memset(tensor.data.raw, 0xa5, tensor.bytes);
    offset += tensor.bytes;
  }
  const bool known = stub_invoke(input, output, step_++);
  offset = 0;
  for (size_t index = 0; known && index < stub_model.outputs_size; ++index) {
    const TfLiteTensor& tensor = stub_model.outputs[index];
    std::memcpy(tensor.data.raw, output + offset, tensor.bytes);
    offset += tensor.bytes;
  }
  std::free(input);
  return known ? kTfLiteOk : kTfLiteError;
}

TfLiteTensor* MicroInterpreter::input(size_t index) {
  return tensors_allocated_ && index < stub_model.inputs_size ? &stub_model.inputs[index] : nullptr;
}

TfLiteTensor* MicroInterpreter::output(size_t index) {
  return tensors_allocated_ && index < stub_model.outputs_size ? &stub_model.outputs[index] : nullptr;
}

size_t MicroInterpreter::inputs_size() const { return stub_model.inputs_size; }
size_t MicroInterpreter::outputs_size() const { return stub_model.outputs_size; }
size_t MicroInterpreter::arena_used_bytes() const { return stub_model.arena_bytes; }

}  // namespace tflite
