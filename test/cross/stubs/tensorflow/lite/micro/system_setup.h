#ifndef STUB_TENSORFLOW_LITE_MICRO_SYSTEM_SETUP_H_
#define STUB_TENSORFLOW_LITE_MICRO_SYSTEM_SETUP_H_

namespace tflite {

void InitializeTarget();

}  // namespace tflite

#endif
