// tflite::Model, as far as a sketch reads it: the schema version, from the file's bytes.
#ifndef STUB_TENSORFLOW_LITE_SCHEMA_SCHEMA_GENERATED_H_
#define STUB_TENSORFLOW_LITE_SCHEMA_SCHEMA_GENERATED_H_

#include <cstdint>

namespace tflite {

struct Model {
  uint32_t version() const;
};

const Model* GetModel(const void* buffer);

}  // namespace tflite

#endif
