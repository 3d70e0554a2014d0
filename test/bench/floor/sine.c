/*
 * The floor under the sine network's training time: the same loop in C. A network of 1-16-16-1 (relu, relu, linear),
 * mean squared error, RMSprop as TensorFlow.js computes it, in float32; mean absolute error beside the loss, and the
 * validation samples after every epoch.
 *
 *   sine JOB EPOCHS
 *
 * JOB holds, little-endian: int32 samples, validation samples, batch size, orders; float32 learning rate; float32 the
 * weights in Keras' order; x, y, validation x, validation y; int32 orders of samples, one per epoch. For these epochs a
 * line "loss validation-loss" is printed each. Then EPOCHS more are trained in orders that are drawn here, and a line
 * "seconds S L" gives the median and the least of their times.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 16, MAX_BATCH = 64 };

/* GCC unrolls the short inner loops wholly before it vectorizes them, and is three times as slow then. */

typedef struct {
  float w1[WIDTH], b1[WIDTH], w2[WIDTH][WIDTH], b2[WIDTH], w3[WIDTH], b3[1];
} Weights;

enum { PARAMETERS = sizeof(Weights) / sizeof(float) };

static Weights weights, gradients, squares;
static float hidden1[MAX_BATCH][WIDTH], hidden2[MAX_BATCH][WIDTH], outputs[MAX_BATCH];
static float inputs[MAX_BATCH], targets[MAX_BATCH];

typedef struct {
  double loss, error;
} Scores;

static inline float relu(float z) { return z > 0 ? z : 0; }

static void forward(int rows) {
  for (int r = 0; r < rows; r++) {
    float z[WIDTH];
    for (int j = 0; j < WIDTH; j++) hidden1[r][j] = relu(inputs[r] * weights.w1[j] + weights.b1[j]);
    memcpy(z, weights.b2, sizeof z);
    for (int i = 0; i < WIDTH; i++)
#pragma GCC unroll 1
      for (int j = 0; j < WIDTH; j++) z[j] += hidden1[r][i] * weights.w2[i][j];
    for (int j = 0; j < WIDTH; j++) hidden2[r][j] = relu(z[j]);
    float sum = weights.b3[0];
    for (int j = 0; j < WIDTH; j++) sum += hidden2[r][j] * weights.w3[j];
    outputs[r] = sum;
  }
}

static void score(int rows, Scores *scores) {
  for (int r = 0; r < rows; r++) {
    const double d = (double)outputs[r] - targets[r];
    scores->loss += d * d;
    scores->error += fabs(d);
  }
}

static void backward(int rows) {
  float transposed[WIDTH][WIDTH];
  for (int i = 0; i < WIDTH; i++)
    for (int j = 0; j < WIDTH; j++) transposed[j][i] = weights.w2[i][j];
  memset(&gradients, 0, sizeof gradients);
  for (int r = 0; r < rows; r++) {
    const float d = 2 * (outputs[r] - targets[r]) / rows;
    float d2[WIDTH], d1[WIDTH] = {0};
    gradients.b3[0] += d;
    for (int j = 0; j < WIDTH; j++) {
      gradients.w3[j] += hidden2[r][j] * d;
      d2[j] = hidden2[r][j] > 0 ? weights.w3[j] * d : 0;
      gradients.b2[j] += d2[j];
    }
    for (int i = 0; i < WIDTH; i++)
#pragma GCC unroll 1
      for (int j = 0; j < WIDTH; j++) gradients.w2[i][j] += hidden1[r][i] * d2[j];
    for (int j = 0; j < WIDTH; j++)
#pragma GCC unroll 1
      for (int i = 0; i < WIDTH; i++) d1[i] += d2[j] * transposed[j][i];
    for (int i = 0; i < WIDTH; i++) {
      d1[i] = hidden1[r][i] > 0 ? d1[i] : 0;
      gradients.w1[i] += inputs[r] * d1[i];
      gradients.b1[i] += d1[i];
    }
  }
}

static void update(float learning_rate) {
  float *restrict w = (float *)&weights;
  float *restrict s = (float *)&squares;
  const float *restrict g = (const float *)&gradients;
  for (int i = 0; i < PARAMETERS; i++) {
    s[i] = 0.9f * s[i] + 0.1f * g[i] * g[i];
    w[i] -= learning_rate * g[i] / sqrtf(s[i] + 1e-7f);
  }
}

typedef struct {
  int32_t samples, validation, batch, orders;
  float learning_rate;
} Header;

static void gather(const float *x, const float *y, const int32_t *order, int start, int rows) {
  for (int r = 0; r < rows; r++) {
    const int at = order == NULL ? start + r : order[start + r];
    inputs[r] = x[at];
    targets[r] = y[at];
  }
}

static Scores train(const Header *job, const float *x, const float *y, const int32_t *order) {
  Scores scores = {0};
  for (int start = 0; start < job->samples; start += job->batch) {
    const int rows = job->samples - start < job->batch ? job->samples - start : job->batch;
    gather(x, y, order, start, rows);
    forward(rows);
    score(rows, &scores);
    backward(rows);
    update(job->learning_rate);
  }
  return scores;
}

static Scores validate(const Header *job, const float *x, const float *y) {
  Scores scores = {0};
  for (int start = 0; start < job->validation; start += job->batch) {
    const int rows = job->validation - start < job->batch ? job->validation - start : job->batch;
    gather(x, y, NULL, start, rows);
    forward(rows);
    score(rows, &scores);
  }
  return scores;
}

/* Fisher and Yates with xorshift32. */
static void shuffle(int32_t *order, int count, uint32_t *state) {
  for (int i = count - 1; i > 0; i--) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    const int j = (int)(((uint64_t)*state * (uint32_t)(i + 1)) >> 32);
    const int32_t swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void *read_array(FILE *file, size_t count) {
  void *array = malloc(count * 4 + 4);
  if (array == NULL || fread(array, 4, count, file) != count) exit(1);
  return array;
}

int main(int argc, char **argv) {
  Header job;
  FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
  const int epochs = argc == 3 ? atoi(argv[2]) : 0;
  if (file == NULL || fread(&job, sizeof job, 1, file) != 1 || job.batch > MAX_BATCH) return 1;
  if (fread(&weights, sizeof weights, 1, file) != 1) return 1;
  const float *x = read_array(file, job.samples), *y = read_array(file, job.samples);
  const float *vx = read_array(file, job.validation), *vy = read_array(file, job.validation);
  double checksum = 0;
  for (int epoch = 0; epoch < job.orders; epoch++) {
    int32_t *order = read_array(file, job.samples);
    const Scores trained = train(&job, x, y, order), validated = validate(&job, vx, vy);
    printf("%.9g %.9g\n", trained.loss / job.samples, validated.loss / job.validation);
    free(order);
  }
  fclose(file);

  int32_t *order = malloc(job.samples * sizeof *order);
  double *times = malloc((epochs + 1) * sizeof *times);
  if (order == NULL || times == NULL) return 1;
  for (int i = 0; i < job.samples; i++) order[i] = i;
  uint32_t state = 1;
  for (int epoch = 0; epoch < epochs; epoch++) {
    const double started = now();
    shuffle(order, job.samples, &state);
    const Scores trained = train(&job, x, y, order), validated = validate(&job, vx, vy);
    checksum += trained.loss + trained.error + validated.loss + validated.error;
    times[epoch] = now() - started;
  }
  if (!isfinite(checksum)) return 1;
  if (epochs > 0) {
    qsort(times, epochs, sizeof *times, ascending);
    printf("seconds %.9g %.9g\n", times[epochs / 2], times[0]);
  }
  return 0;
}
