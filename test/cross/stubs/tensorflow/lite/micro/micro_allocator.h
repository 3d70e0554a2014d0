#ifndef STUB_TENSORFLOW_LITE_MICRO_MICRO_ALLOCATOR_H_
#define STUB_TENSORFLOW_LITE_MICRO_MICRO_ALLOCATOR_H_

#include <cstddef>
#include <cstdint>

namespace tflite {

/// Only what applications need that make it themselves.
class MicroAllocator {
 public:
  /// It lies at the end of the arena, as the real one.
  static MicroAllocator* Create(uint8_t* tensor_arena, size_t arena_size);

  uint8_t* const tensor_arena;
  const size_t arena_size;

 private:
  MicroAllocator(uint8_t* arena, size_t size) : tensor_arena(arena), arena_size(size) {}
};

}  // namespace tflite

#endif
