// As much of Arduino's libraries of inertial sensors as generated sketches use: readings that change, always there, or so
// many microseconds apart.
#ifndef STUB_IMU_H_
#define STUB_IMU_H_

#include "Arduino.h"

#ifndef STUB_IMU_PERIOD
#define STUB_IMU_PERIOD 0
#endif

class StubImu {
 public:
  int begin() { return 1; }
  int accelerationAvailable() { return static_cast<long>(micros() - measured_) >= STUB_IMU_PERIOD; }
  int gyroscopeAvailable() { return accelerationAvailable(); }
  int readAcceleration(float& x, float& y, float& z) {
    measured_ += STUB_IMU_PERIOD;
    turn_ += 0.125f;
    x = turn_;
    y = -turn_;
    z = 1.0f;
    return 1;
  }
  int readGyroscope(float& x, float& y, float& z) {
    x = 10.0f * turn_;
    y = 0.0f;
    z = -2000.0f;
    return 1;
  }

 private:
  float turn_ = 0.0f;
  unsigned long measured_ = 0;
};

static StubImu IMU;

#endif
