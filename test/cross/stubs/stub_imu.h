// As much of Arduino's libraries of inertial sensors as generated sketches use: readings that change.
#ifndef STUB_IMU_H_
#define STUB_IMU_H_

class StubImu {
 public:
  int begin() { return 1; }
  int accelerationAvailable() { return 1; }
  int gyroscopeAvailable() { return 1; }
  int readAcceleration(float& x, float& y, float& z) {
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
};

static StubImu IMU;

#endif
