// The part of TensorFlow Lite's C types that generated code names.
#ifndef STUB_TENSORFLOW_LITE_C_COMMON_H_
#define STUB_TENSORFLOW_LITE_C_COMMON_H_

#include <cstddef>
#include <cstdint>

enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };

enum TfLiteType {
  kTfLiteNoType = 0,
  kTfLiteFloat32 = 1,
  kTfLiteInt32 = 2,
  kTfLiteUInt8 = 3,
  kTfLiteInt64 = 4,
  kTfLiteBool = 6,
  kTfLiteInt16 = 7,
  kTfLiteInt8 = 9
};

/// As many elements as `size` says; generated code may only read it.
struct TfLiteIntArray {
  int size;
  int data[8];
};

struct TfLiteQuantizationParams {
  float scale;
  int32_t zero_point;
};

union TfLitePtrUnion {
  int32_t* i32;
  int64_t* i64;
  float* f;
  char* raw;
  const char* raw_const;
  uint8_t* uint8;
  bool* b;
  int16_t* i16;
  int8_t* int8;
  void* data;
};

struct TfLiteTensor {
  TfLiteType type;
  TfLitePtrUnion data;
  TfLiteIntArray* dims;
  TfLiteQuantizationParams params;
  size_t bytes;
};

#endif
