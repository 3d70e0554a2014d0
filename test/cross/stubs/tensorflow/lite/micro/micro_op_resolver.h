#ifndef STUB_TENSORFLOW_LITE_MICRO_MICRO_OP_RESOLVER_H_
#define STUB_TENSORFLOW_LITE_MICRO_MICRO_OP_RESOLVER_H_

namespace tflite {

class MicroOpResolver {
 public:
  virtual bool Has(const char* op) const = 0;

 protected:
  ~MicroOpResolver() = default;
};

}  // namespace tflite

#endif
