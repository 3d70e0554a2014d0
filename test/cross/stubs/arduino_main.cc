// Runs a sketch: setup() once, loop() twelve times.
#include <cstdio>

#include "Arduino.h"

int main() {
  setup();
  for (int count = 0; count < 12; ++count) loop();
  std::fflush(stdout);
  return 0;
}
