// Runs a sketch: setup() once, loop() as often as STUB_LOOPS says.
#include <cstdio>

#include "Arduino.h"

#ifndef STUB_LOOPS
#define STUB_LOOPS 3
#endif

int main() {
  setup();
  for (int count = 0; count < STUB_LOOPS; ++count) loop();
  std::fflush(stdout);
  return 0;
}
