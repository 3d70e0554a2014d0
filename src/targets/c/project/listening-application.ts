/** The application of a project that listens: from the sensor through the stream to a line for what begins to be heard. */

import { HEARD, LOST } from '../../firmware/streams/stream-lines.ts';
import { hasState, stateContent } from '../state-code.ts';
import type { ListeningProject } from './listening.ts';
import type { Printing } from './printing.ts';
import { inputEnds, outputEnds } from './project.ts';

function answerFunction(project: ListeningProject): string {
  const { names, program } = project;
  const { name, macro } = names;
  const [[input], [output]] = [inputEnds(project), outputEnds(project)];
  const passed = [...(hasState(program) ? ['&state'] : []), input.variable, output.variable];
  return `/* Asks the model of the latest sample, and prints what begins to be heard. 0 where the model refused. */
static int answer(void)
{
${[input, output].map(({ type, variable, macro: end }) => `  static ${type} ${variable}[${end}_LENGTH];\n`).join('')}  struct ${name}_stream_verdict verdict;

  ${name}_stream_sample(&stream, ${input.variable});
  if (${name}_invoke(${passed.join(', ')}) != ${macro}_OK) {
    return 0;
  }
  verdict = ${name}_stream_decide(&stream, ${output.variable});
  if (verdict.begins >= 0) {
    struct ${name}_line line;

    line.length = 0;
    ${name}_add_text(&line, "${HEARD}");
    ${name}_add_text(&line, ${name}_stream_label(verdict.begins));
    ${name}_add_text(&line, " ");
    ${name}_add_real(&line, ${name}_stream_score(&stream, verdict.begins));
    print_line(line.text);
  }
  return 1;
}
`;
}

/** Readings in so many seconds are followed by the line of the self-test, for those who open the port late. */
const REPEATED_SECONDS = 10;

/** `nap` is a statement that lets a moment pass while there is nothing to read; without it readings end, and nobody is late. */
export function listeningCode(project: ListeningProject, print: Printing, nap?: string): string {
  const { names, program } = project;
  const { name, macro } = names;
  const state = hasState(program)
    ? `/* ${stateContent(program)} */\nstatic struct ${name}_state state;\n`
    : '';
  const reset = hasState(program) ? `  ${name}_reset(&state);\n` : '';
  const repeats = nap !== undefined;
  return `${state}static struct ${name}_stream stream;
${repeats ? `static struct ${name}_line verdict;\n` : ''}
static void print_line(const char *line)
{
  ${print.line('line')}
}

${
  repeats
    ? `/* It is printed again from time to time, for those who open the port late. */
static void print_verdict(const char *line)
{
  verdict.length = 0;
  ${name}_add_text(&verdict, line);
  print_line(line);
}

`
    : ''
}${answerFunction(project)}
/* The self-test, then readings as long as there are any. 0 where something is wrong. */
static int test_and_run(void)
{
  float readings[${macro}_STREAM_WIDTH];
  uint32_t lost = 0;
${repeats ? '  uint32_t rows = 0;\n' : ''}
  if (!${name}_self_test(${repeats ? 'print_verdict' : 'print_line'})) {
    return 0;
  }
${reset}  ${name}_stream_reset(&stream);
  if (!sensor_begin()) {
    print_line("the sensor does not answer");
    return 0;
  }
  for (;;) {
    const int read = sensor_read(readings);

    if (sensor_lost() != lost) {
      struct ${name}_line line;

      lost = sensor_lost();
      line.length = 0;
      ${name}_add_field(&line, "${LOST}", (int32_t)lost);
      print_line(line.text);
    }
    if (read == SENSOR_ENDED) {
      return 1;
    }
    if (read != SENSOR_ROW) {
${nap === undefined ? '' : `      ${nap}\n`}      continue;
    }
    if (${name}_stream_push(&stream, readings) && !answer()) {
      return 0;
    }
${
  repeats
    ? `    rows++;
    if ((float)rows >= ${REPEATED_SECONDS}.0f * ${macro}_STREAM_RATE) {
      rows = 0;
      print_line(verdict.text);
    }
`
    : ''
}  }
}
`;
}
