// The fakes behind Arduino.h and the logging headers. Every program of the tests is linked with them.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "Arduino.h"
#include "stub_fail.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/system_setup.h"

StubSerial Serial;

[[noreturn]] void stub_fail(const char* what) {
  std::fflush(stdout);
  std::fprintf(stderr, "stub: %s\n", what);
  std::exit(99);
}

static unsigned long microseconds = 0;

void MicroPrintf(const char* format, ...) {
  for (const char* at = std::strchr(format, '%'); at != nullptr; at = std::strchr(at + 2, '%'))
    if (at[1] == '\0' || std::strchr("duxfcs%", at[1]) == nullptr) stub_fail("MicroPrintf does not know this format");
  va_list arguments;
  va_start(arguments, format);
  std::vprintf(format, arguments);
  va_end(arguments);
  std::fputs("\r\n", stdout);
}

void StubSerial::begin(unsigned long) { begun_ = true; }

size_t StubSerial::print(const char* text) {
  if (!begun_) stub_fail("Serial.print before Serial.begin");
  std::fputs(text, stdout);
  return std::strlen(text);
}

size_t StubSerial::write(const char* text, size_t length) {
  if (!begun_) stub_fail("Serial.write before Serial.begin");
  return std::fwrite(text, 1, length, stdout);
}

size_t StubSerial::print(char character) {
  const char text[] = {character, '\0'};
  return print(text);
}

size_t StubSerial::print(long value, int base) {
  char text[32];
  std::snprintf(text, sizeof text, base == HEX ? "%lX" : "%ld", value);
  return print(text);
}

size_t StubSerial::print(unsigned long value, int base) {
  char text[32];
  std::snprintf(text, sizeof text, base == HEX ? "%lX" : "%lu", value);
  return print(text);
}

size_t StubSerial::print(double value, int digits) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return print(text);
}

unsigned long micros() { return ++microseconds; }
unsigned long millis() { return (microseconds += 1000) / 1000; }
void delay(unsigned long milliseconds) { microseconds += milliseconds * 1000; }
void pinMode(int, int) {}
void digitalWrite(int, int) {}
int analogRead(int pin) { return pin * 10; }

void tflite::InitializeTarget() { Serial.begin(9600); }
