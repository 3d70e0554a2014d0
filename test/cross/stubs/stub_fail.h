// A program that uses the library as it must not be used ends here, with exit code 99.
#ifndef STUB_FAIL_H_
#define STUB_FAIL_H_

[[noreturn]] void stub_fail(const char* what);

#endif
