/** Readings from the standard input: sound as a WAV file or 16-bit samples, all else as lines of numbers. */

import { readingWidth } from '../push-code.ts';
import { measured, type SensorPlace, type SensorWriter, sensorTop } from './sensor.ts';
import { soundUnit } from './sound-unit.ts';

const LOST = `uint32_t sensor_lost(void)
{
  return lost;
}
`;

function soundText(place: SensorPlace): string {
  const { macro, stream } = place;
  return `${sensorTop(
    place,
    [
      `Reads sound from the standard input: a WAV file of one channel and 16 bits, ${stream.rate} samples a second, or such samples`,
      'alone, the low byte first.',
    ],
    ['stdio.h', 'string.h'],
  )}
${soundUnit(place)}
static uint32_t lost;
/* Bytes that were read before it was known that they are samples. */
static unsigned char first[4];
static uint32_t first_bytes;

static uint32_t little_endian(const unsigned char *bytes, uint32_t count)
{
  uint32_t value = 0;

  while (count > 0u) {
    count--;
    value = (value << 8) | bytes[count];
  }
  return value;
}

static int skip(uint32_t bytes)
{
  while (bytes > 0u) {
    if (getchar() == EOF) {
      return 0;
    }
    bytes--;
  }
  return 1;
}

/* Goes to the samples of a WAV file. 0 where they are not what the model listens to. */
static int open_wav(void)
{
  unsigned char chunk[8];
  unsigned char format[16];
  uint32_t bytes;

  if (!skip(8)) {
    return 0;
  }
  while (fread(chunk, 1, sizeof chunk, stdin) == sizeof chunk) {
    bytes = little_endian(chunk + 4, 4);
    if (memcmp(chunk, "data", 4) == 0) {
      return 1;
    }
    if (memcmp(chunk, "fmt ", 4) == 0) {
      if (bytes < sizeof format || fread(format, 1, sizeof format, stdin) != sizeof format) {
        return 0;
      }
      if (little_endian(format + 2, 2) != 1u || (float)little_endian(format + 4, 4) != ${macro}_RATE
          || little_endian(format + 14, 2) != 16u) {
        fprintf(stderr, "The sound is not one channel of 16 bits at ${stream.rate} Hz\\n");
        return 0;
      }
      bytes -= (uint32_t)sizeof format;
    }
    /* Chunks have an even length. */
    if (!skip(bytes + (bytes & 1u))) {
      return 0;
    }
  }
  return 0;
}

int sensor_begin(void)
{
  lost = 0;
  first_bytes = (uint32_t)fread(first, 1, sizeof first, stdin);
  if (first_bytes == sizeof first && memcmp(first, "RIFF", 4) == 0) {
    first_bytes = 0;
    return open_wav();
  }
  return 1;
}

/* The next byte, or EOF. */
static int next_byte(void)
{
  int byte;

  if (first_bytes == 0u) {
    return getchar();
  }
  byte = first[0];
  first_bytes--;
  memmove(first, first + 1, sizeof first - 1);
  return byte;
}

int sensor_read(float *row)
{
  const int low = next_byte();
  const int high = low == EOF ? EOF : next_byte();
  int value;

  if (high == EOF) {
    return SENSOR_ENDED;
  }
  value = low | (high << 8);
  row[0] = (float)(value < 32768 ? value : value - 65536) / FULL_SCALE;
  return SENSOR_ROW;
}

${LOST}`;
}

function linesText(place: SensorPlace): string {
  const { macro } = place;
  const width = readingWidth(place.plan);
  return `${sensorTop(
    place,
    [
      `Reads lines from the standard input, whose last ${width === 1 ? 'number is a reading' : `${width} numbers are a row of readings`}, between commas, semicolons, tabs or`,
      'blanks. Other lines are counted as lost, but for a first one with names.',
    ],
    ['stdio.h', 'stdlib.h'],
  )}
static uint32_t lost;
static uint32_t lines;

int sensor_begin(void)
{
  lost = 0;
  lines = 0;
  return 1;
}

static int is_between(char character)
{
  return character == ',' || character == ';' || character == '\\t' || character == ' ' || character == '\\r'
         || character == '\\n';
}

/* The last numbers of a line. 0 where there are fewer. */
static int read_row(const char *text, float *row)
{
  int count = 0;

  for (;;) {
    char *end;
    float value;

    while (is_between(*text)) {
      text++;
    }
    if (*text == '\\0') {
      return count >= ${macro}_WIDTH;
    }
    value = (float)strtod(text, &end);
    if (end == text || (*end != '\\0' && !is_between(*end))) {
      return 0;
    }
    text = end;
    if (count >= ${macro}_WIDTH) {
      for (int i = 1; i < ${macro}_WIDTH; i++) {
        row[i - 1] = row[i];
      }
    }
    row[count < ${macro}_WIDTH ? count : ${macro}_WIDTH - 1] = value;
    count++;
  }
}

int sensor_read(float *row)
{
  char line[${Math.max(256, width * 32)}];

  if (fgets(line, (int)sizeof line, stdin) == NULL) {
    return SENSOR_ENDED;
  }
  lines++;
  if (read_row(line, row)) {
    return SENSOR_ROW;
  }
  if (lines > 1u) {
    lost++;
  }
  return SENSOR_NOTHING_YET;
}

${LOST}`;
}

export const stdinSensor: SensorWriter = (place) =>
  measured(place) === 'sound' ? soundText(place) : linesText(place);
