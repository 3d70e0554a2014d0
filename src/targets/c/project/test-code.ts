/** The parts of `model_test.h` that are the same for every model: NAME begins their names, MODEL is its digest, COUNT its vectors. */

import { FLOAT_TOLERANCE } from '../../firmware/self-test-code.ts';
import { SELF_TEST_WORD } from '../../firmware/self-test-line.ts';

export const LINE_OF_TEXT = `/* A line of text that needs neither the heap nor printf. What does not fit is left out. */
struct NAME_line {
  char text[240];
  uint32_t length;
};

static inline void NAME_add_text(struct NAME_line *line, const char *text)
{
  for (; *text != '\\0' && line->length + 1u < sizeof line->text; text++) {
    line->text[line->length++] = *text;
  }
  line->text[line->length] = '\\0';
}

static inline void NAME_add_integer(struct NAME_line *line, int32_t value)
{
  /* In unsigned arithmetic even the smallest number has a magnitude. */
  uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  char digits[12];
  char *first = digits + sizeof digits - 1;

  *first = '\\0';
  do {
    *--first = (char)('0' + (int)(rest % 10u));
    rest /= 10u;
  } while (rest != 0u);
  if (value < 0) {
    *--first = '-';
  }
  NAME_add_text(line, first);
}

static inline void NAME_add_field(struct NAME_line *line, const char *field, int32_t value)
{
  NAME_add_text(line, field);
  NAME_add_integer(line, value);
}

static inline void NAME_begin_line(struct NAME_line *line, const char *verdict)
{
  line->length = 0;
  NAME_add_text(line, "${SELF_TEST_WORD} ");
  NAME_add_text(line, verdict);
  NAME_add_text(line, " model=MODEL");
}

`;

/** As `TextLine` of firmware writes them: what begins to be heard is printed alike everywhere, and as `evaluate --stream` says it. */
export const REAL_IN_LINE = `/* With four decimals, halves away from zero. For what lies below 1e9. */
static inline void NAME_add_real(struct NAME_line *line, float value)
{
  const float size = value < 0.0f ? -value : value;
  int32_t whole = (int32_t)size;
  const float scaled = (size - (float)whole) * 10000.0f;
  int32_t fraction = (int32_t)scaled;

  if (scaled - (float)fraction >= 0.5f) {
    fraction++;
  }
  if (fraction == 10000) {
    whole++;
    fraction = 0;
  }
  NAME_add_text(line, value < 0.0f ? "-" : "");
  NAME_add_integer(line, whole);
  NAME_add_text(line, ".");
  for (int32_t place = 1000; place > 1 && fraction < place; place /= 10) {
    NAME_add_text(line, "0");
  }
  NAME_add_integer(line, fraction);
}

`;

const DIFFERENCES = `/* What differs: the first place, and how many bytes in all. */
struct NAME_differences {
  uint32_t vector;
  uint32_t output;
  uint32_t index;
  int32_t expected;
  int32_t actual;
  uint32_t bytes;
};

/* An element as an integer; four bytes as that with the same bits, also where they are a float. */
static inline int32_t NAME_value_at(const unsigned char *bytes, uint32_t element_bytes)
{
  int32_t value;
  int16_t half;

  if (element_bytes == 1u) {
    return (int8_t)*bytes;
  }
  if (element_bytes == 2u) {
    memcpy(&half, bytes, sizeof half);
    return half;
  }
  memcpy(&value, bytes, sizeof value);
  return value;
}
`;

function comparison(flag: string, isEqual: string): string {
  return `/* Compares the elements of an output of one vector. */
static inline void NAME_compare(struct NAME_differences *found, uint32_t vector, uint32_t output, const void *expected,
                                const void *actual, uint32_t length, uint32_t element_bytes${flag})
{
  const unsigned char *should = (const unsigned char *)expected;
  const unsigned char *is = (const unsigned char *)actual;

  for (uint32_t index = 0; index < length; index++, should += element_bytes, is += element_bytes) {
    if (${isEqual}) {
      continue;
    }
    if (found->bytes == 0u) {
      found->vector = vector;
      found->output = output;
      found->index = index;
      found->expected = NAME_value_at(should, element_bytes);
      found->actual = NAME_value_at(is, element_bytes);
    }
    for (uint32_t i = 0; i < element_bytes; i++) {
      found->bytes += should[i] != is[i] ? 1u : 0u;
    }
  }
}

`;
}

/** Where the arithmetic is that of integers, every byte must be equal. */
export const COMPARE = `${DIFFERENCES}
${comparison('', 'memcmp(should, is, element_bytes) == 0')}`;

/** Where it is that of floats, values may lie as far apart as those that a compiler rounds once instead of twice. */
export function compareFloats(): string {
  return `${DIFFERENCES}
/*
 * The model computes in float: a compiler may fuse a multiplication and an addition, which rounds once instead of twice.
 */
static inline int NAME_is_close(const unsigned char *should, const unsigned char *is)
{
  float wanted;
  float got;
  float size;
  float distance;

  memcpy(&wanted, should, sizeof wanted);
  memcpy(&got, is, sizeof got);
  size = wanted < 0.0f ? -wanted : wanted;
  distance = wanted < got ? got - wanted : wanted - got;
  return distance <= ${FLOAT_TOLERANCE} * (size > 1.0f ? size : 1.0f);
}

${comparison(', int is_float', 'memcmp(should, is, element_bytes) == 0 || (is_float && NAME_is_close(should, is))')}`;
}

export const REPORT = `/* The line for an inference that was refused. */
static inline int NAME_report_error(uint32_t vector, void (*print_line)(const char *line))
{
  struct NAME_line line;

  NAME_begin_line(&line, "ERROR");
  NAME_add_field(&line, " vector=", (int32_t)vector);
  NAME_add_text(&line, " invoke");
  print_line(line.text);
  return 0;
}

/* The line that says PASS or FAIL. */
static inline int NAME_report(const struct NAME_differences *found, int32_t bytes, void (*print_line)(const char *line))
{
  const int passed = found->bytes == 0u;
  struct NAME_line line;

  NAME_begin_line(&line, passed ? "PASS" : "FAIL");
  if (!passed) {
    NAME_add_field(&line, " vector=", (int32_t)found->vector);
    NAME_add_field(&line, " output=", (int32_t)found->output);
    NAME_add_field(&line, " index=", (int32_t)found->index);
    NAME_add_field(&line, " expected=", found->expected);
    NAME_add_field(&line, " actual=", found->actual);
    NAME_add_field(&line, " mismatches=", (int32_t)found->bytes);
  }
  NAME_add_field(&line, " vectors=", COUNT);
  NAME_add_field(&line, " bytes=", bytes);
  print_line(line.text);
  return passed;
}

`;
