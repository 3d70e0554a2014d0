/** `README.md`: what is what, and how it is built. Names of the model are in it as C has them. */

import { vectorBytes } from '../../firmware/firmware.ts';
import { preparedEnds } from '../../firmware/preparation/prepare-input.ts';
import {
  readFunctionNames,
  selfTestParagraph,
  statesParagraph,
  tensorRows,
} from '../../firmware/readme-facts.ts';
import { constantBytesOf } from '../source-code.ts';
import { hasState, stateBytes } from '../state-code.ts';
import { listens } from './listening.ts';
import type { StandaloneProject } from './project.ts';

function fileRows(project: StandaloneProject): string {
  const {
    names: { name },
    preparation,
  } = project;
  const rows = [
    [`${name}.h`, `\`${name}_invoke\`, the sizes of its inputs and outputs, and of the memory it needs`],
    [`${name}.c`, 'the network; it includes nothing but standard headers, and calls no library'],
    [`${name}_io.h`, 'from real numbers to the elements of inputs, and from those of outputs back'],
    ...(preparation === undefined
      ? []
      : [
          [
            `${name}_prepare.h`,
            `${preparedEnds(preparation)
              .map(({ variable }) => `\`${name}_prepare_${variable}\``)
              .join(', ')}: what training did to its samples, for your readings`,
          ],
        ]),
    ...(listens(project)
      ? [
          [
            `${name}_stream.h`,
            'from readings to what is heard: windows that overlap, the latest rows, and what decides over several answers',
          ],
        ]
      : []),
    [`${name}_test.h`, 'stored samples, and the self-test; a product may leave it out'],
  ];
  return rows.map(([path, what]) => `| \`${path}\` | ${what} |\n`).join('');
}

export function readme(project: StandaloneProject, application: string, build: string): string {
  const { names, program, inputs, outputs, digest, vectors } = project;
  const { name, macro } = names;
  const about = listens(project)
    ? 'listens and prints what it hears; its readings come from `sensor.h`, where you may put your own sensor. All three are kept when you export again'
    : `reads samples and prints results: put your own reading into ${readFunctionNames(names.inputs)}. It is kept when you export again`;
  const state = hasState(program) ? `| state, yours | ${stateBytes(program)} bytes |\n` : '';
  return `# ${name}

A network as C: no interpreter, no library, no heap. \`${name}.c\` computes what TensorFlow Lite Micro computes from the model.

${build}
${selfTestParagraph(project)}

## Files

| | |
|---|---|
| \`${application}\` | ${about} |
${fileRows(project)}
The others are written anew.

## Numbers

| | |
|---|---|
| model | sha256 ${digest.slice(0, 16)}… |
${tensorRows('input', inputs)}${tensorRows('output', outputs)}| constants | ${constantBytesOf(program)} bytes of flash |
| buffer | ${program.memory.bytes} bytes of RAM, besides inputs, outputs and the stack |
${state}| self-test | ${vectors.length} vectors, ${vectorBytes(project)} bytes of flash |
${statesParagraph(project)}
\`${name}_invoke\` has its buffer for itself. \`${name}_invoke_in\` takes memory that you use for something else in between: at least
\`${macro}_BUFFER_BYTES\` of it, at a multiple of four bytes, or it returns \`${macro}_BAD_BUFFER\` and writes nothing.
`;
}
