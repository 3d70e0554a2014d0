// Runs a sketch: setup() once, loop() three times.
#include <cstdio>

#include "Arduino.h"

int main() {
  setup();
  for (int count = 0; count < 3; ++count) loop();
  std::fflush(stdout);
  return 0;
}
