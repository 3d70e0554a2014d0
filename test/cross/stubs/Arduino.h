// As much of the Arduino core as generated sketches use. Serial is stdout.
#ifndef STUB_ARDUINO_H_
#define STUB_ARDUINO_H_

#include <cstddef>
#include <cstdint>

// Macros that a core defines, so that names clash here too.
#define HIGH 1
#define LOW 0
#define INPUT 0
#define OUTPUT 1
#define LED_BUILTIN 13
#define A0 14
#define A1 15
#define A2 16
#define PI 3.1415926535897932
#define DEC 10
#define HEX 16
#define F(text) (text)
#define bit(index) (1UL << (index))
#define sq(x) ((x) * (x))
#define constrain(x, low, high) ((x) < (low) ? (low) : ((x) > (high) ? (high) : (x)))
#define radians(degree) ((degree) * 0.017453292519943295)

using byte = uint8_t;

class StubSerial {
 public:
  void begin(unsigned long baud);
  operator bool() const { return begun_; }
  int available() { return 0; }
  int read() { return -1; }
  void flush() {}
  size_t write(const char* text, size_t length);
  size_t print(const char* text);
  size_t print(char character);
  size_t print(int value, int base = DEC) { return print(static_cast<long>(value), base); }
  size_t print(unsigned int value, int base = DEC) { return print(static_cast<unsigned long>(value), base); }
  size_t print(unsigned char value, int base = DEC) { return print(static_cast<unsigned long>(value), base); }
  size_t print(long value, int base = DEC);
  size_t print(unsigned long value, int base = DEC);
  size_t print(double value, int digits = 2);
  size_t println() { return print("\r\n"); }
  template <typename Value>
  size_t println(Value value) {
    return print(value) + println();
  }
  template <typename Value>
  size_t println(Value value, int format) {
    return print(value, format) + println();
  }

 private:
  bool begun_ = false;
};

extern StubSerial Serial;

/// Time passes only by being asked for and by waiting.
unsigned long millis();
unsigned long micros();
void delay(unsigned long milliseconds);
void pinMode(int pin, int mode);
void digitalWrite(int pin, int level);
int analogRead(int pin);

void setup();
void loop();

#endif
