#ifndef STUB_TENSORFLOW_LITE_MICRO_MICRO_LOG_H_
#define STUB_TENSORFLOW_LITE_MICRO_MICRO_LOG_H_

/// Prints a line. Only %d %u %x %f %c %s %% exist in every snapshot of the library; others abort here.
__attribute__((format(printf, 1, 2))) void MicroPrintf(const char* format, ...);

#endif
