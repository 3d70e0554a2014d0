/** `text_line`: a line of text put together without the heap and without printf, which many boards build without %f. */

import type { FirmwareFile } from './firmware.ts';
import { generatedNotice, type SourceExtension } from './source-file.ts';

/** Characters of a line. */
export const TEXT_LINE_LENGTH = 319;

const HEADER = `${generatedNotice('A line of text in a fixed buffer: no heap, no printf.')}
#ifndef TEXT_LINE_H_
#define TEXT_LINE_H_

#include <cstddef>
#include <cstdint>

// What does not fit is left out.
class TextLine {
 public:
  TextLine& add(const char* text);
  TextLine& add_integer(int32_t value);
  // With four decimals.
  TextLine& add_real(float value);
  // Begins a value that serial plotters draw: a tab where one came before, and "name:" or "name3:". What plotters take
  // for the end of a name (spaces, commas, colons) becomes "_".
  TextLine& begin_value(const char* name);
  TextLine& begin_value(const char* name, int32_t number);
  // "name=label:", of an output among several that decides between classes.
  TextLine& begin_value(const char* name, const char* label);
  const char* text() const { return text_; }

 private:
  static constexpr size_t kCapacity = ${TEXT_LINE_LENGTH + 1};
  void add_character(char character);
  void add_name(const char* name);
  void add_word(const char* word);

  char text_[kCapacity] = {};
  size_t length_ = 0;
};

#endif  // TEXT_LINE_H_
`;

const SOURCE = `${generatedNotice('A line of text in a fixed buffer: no heap, no printf.')}
#include "text_line.h"

#include <cmath>

void TextLine::add_character(char character) {
  if (length_ + 1 >= kCapacity) return;
  text_[length_++] = character;
  text_[length_] = '\\0';
}

TextLine& TextLine::add(const char* text) {
  for (; *text != '\\0'; ++text) add_character(*text);
  return *this;
}

void TextLine::add_word(const char* word) {
  for (; *word != '\\0'; ++word) {
    const bool ends = *word == ' ' || *word == ',' || *word == ':';
    add_character(ends ? '_' : *word);
  }
}

void TextLine::add_name(const char* name) {
  if (length_ > 0) add_character('\\t');
  add_word(name);
}

TextLine& TextLine::begin_value(const char* name) {
  add_name(name);
  return add(":");
}

TextLine& TextLine::begin_value(const char* name, int32_t number) {
  add_name(name);
  return add_integer(number).add(":");
}

TextLine& TextLine::begin_value(const char* name, const char* label) {
  add_name(name);
  add_character('=');
  add_word(label);
  return add(":");
}

TextLine& TextLine::add_integer(int32_t value) {
  // In unsigned arithmetic even the smallest number has a magnitude.
  uint32_t rest = value < 0 ? 0u - static_cast<uint32_t>(value) : static_cast<uint32_t>(value);
  char digits[10];
  size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) add_character('-');
  while (count > 0) add_character(digits[--count]);
  return *this;
}

TextLine& TextLine::add_real(float value) {
  constexpr float kLimit = 1.0e9f;
  if (std::isnan(value)) return add("nan");
  if (value >= kLimit) return add(">=1e9");
  if (value <= -kLimit) return add("<=-1e9");
  if (value < 0.0f) {
    add_character('-');
    value = -value;
  }
  int32_t whole = static_cast<int32_t>(value);
  int32_t fraction = static_cast<int32_t>(std::round((value - static_cast<float>(whole)) * 10000.0f));
  if (fraction == 10000) {
    ++whole;
    fraction = 0;
  }
  add_integer(whole);
  add_character('.');
  for (int32_t place = 1000; place > 1 && fraction < place; place /= 10) add_character('0');
  return add_integer(fraction);
}
`;

export function textLineFiles(extension: SourceExtension): FirmwareFile[] {
  return [
    { path: 'text_line.h', text: HEADER },
    { path: `text_line.${extension}`, text: SOURCE },
  ];
}
