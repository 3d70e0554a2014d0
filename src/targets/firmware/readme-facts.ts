/** What READMEs say of the model, in Markdown. Names of the model are in it as C has them. */

import { counted } from '../../core/figure-text.ts';
import { formatShape } from '../../core/tensor.ts';
import { stateEnds } from '../../ir/state-ends.ts';
import { type EndName, type EndRole, endNames } from '../c-array/end-names.ts';
import { floatText } from './c-literal.ts';
import {
  type ArenaFigure,
  arenaBytes,
  type Firmware,
  type FirmwareTensor,
  isProven,
  type ModelFacts,
  vectorBytes,
} from './firmware.ts';
import { buildTitle } from './libraries.ts';
import { SELF_TEST_WORD, selfTestModel } from './self-test-line.ts';

function tensorRow(name: string, { element, shape, quant }: FirmwareTensor): string {
  const zeroPoint =
    quant === undefined ? '' : quant.zeroPoint < 0 ? `+ ${-quant.zeroPoint}` : `- ${quant.zeroPoint}`;
  const real = quant === undefined ? '' : `, real = (q ${zeroPoint}) * ${floatText(quant.scale)}`;
  return `| ${name} | ${element} ${formatShape(shape)}${real} |\n`;
}

const namesOf = (tensors: readonly FirmwareTensor[]): string[] => tensors.map(({ name }) => name);

/** Rows of the table of numbers. */
export function tensorRows(role: EndRole, tensors: readonly FirmwareTensor[]): string {
  const names = endNames(role, namesOf(tensors));
  return tensors.map((tensor, index) => tensorRow(names[index].variable, tensor)).join('');
}

/** What an application does with states that it keeps itself; nothing where there are none. */
export function statesParagraph({ inputs, outputs }: Pick<ModelFacts, 'inputs' | 'outputs'>): string {
  const pairs = stateEnds(inputs, outputs);
  if (pairs.length === 0) return '';
  const [before, after] = [endNames('input', namesOf(inputs)), endNames('output', namesOf(outputs))];
  const rows = pairs.map(
    ({ input, output }) => `- \`${after[output].variable}\` becomes \`${before[input].variable}\`\n`,
  );
  return `
States are yours to keep. The first inference of a sequence begins with zeros (in integers: the zero point); in front of every other
one, copy the bytes that the last one gave as they are:

${rows.join('')}`;
}

/** What to edit: the functions that applications read their inputs by. */
export function readFunctionNames(inputs: readonly Pick<EndName, 'variable'>[]): string {
  const functions = inputs.map(({ variable }) => `\`read_${variable}\``);
  if (functions.length === 1) return `the function ${functions[0]}`;
  return `the functions ${functions.slice(0, -1).join(', ')} and ${functions[functions.length - 1]}`;
}

function arenaRow({ target, bytes, unknownOperators }: ArenaFigure): string {
  const least = unknownOperators.length === 0 ? '' : 'at least ';
  return `| arena, ${buildTitle(target)} | ${least}${bytes} bytes |\n`;
}

export function modelTable(firmware: Firmware): string {
  const { model, digest, operators, arena, hostArena, inputs, outputs, vectors } = firmware;
  return `| | |
|---|---|
| model | ${model.length} bytes of flash, sha256 ${digest.slice(0, 16)}… |
${tensorRows('input', inputs)}${tensorRows('output', outputs)}| operators | ${operators.join(', ')} |
${[...arena, ...(hostArena === undefined ? [] : [hostArena])].map(arenaRow).join('')}| self-test | ${counted(vectors.length, 'vector')}, ${vectorBytes(firmware)} bytes of flash |
`;
}

/** What else helps where the operator is a layer that can be taken apart. */
export function unrolling(operators: readonly string[]): string {
  const isLstm = operators.some((name) => name.includes('UNIDIRECTIONAL_SEQUENCE_LSTM'));
  return isLstm ? ', or convert the float model with "--recurrent unrolled"' : '';
}

/** Nothing where every build of the library gives the same. */
export function kernelParagraph({ cmsisNnDiffers }: Firmware): string {
  if (cmsisNnDiffers.length === 0) return '';
  return `
CMSIS-NN kernels compute ${cmsisNnDiffers.join(' and ')} otherwise than the reference kernels, so that the self-test says FAIL
there: build with the reference kernels${unrolling(cmsisNnDiffers)}.
`;
}

export function arenaParagraph({ arena }: Firmware): string {
  const unknown = [...new Set(arena.flatMap(({ unknownOperators }) => unknownOperators))];
  if (unknown.length > 0) {
    return `\`kTensorArenaSize\` is a lower bound: the memory of ${unknown.length === 1 ? 'one operator' : counted(unknown.length, 'operator')} is not known (\`model_settings.h\` names
what is missing). Enlarge it until \`AllocateTensors()\` succeeds.`;
  }
  return `\`kTensorArenaSize\`, ${arenaBytes(arena)}, is the smallest arena with which \`AllocateTensors()\` and \`Invoke()\` succeed on a Cortex-M:
computed for this version of the library, not found by trial. Other processors and versions may need more.`;
}

function unprovenParagraph({ digest, vectors, vectorSource }: ModelFacts): string {
  return `The self-test runs ${counted(vectors.length, 'input')} (${vectorSource}). tinyml does not know every output value of this model,
so nothing says whether the outputs are right; the line is

    ${SELF_TEST_WORD} UNPROVEN model=${selfTestModel(digest)} vectors=…

and \`tinyml verify\` does not pass it.`;
}

export function selfTestParagraph(firmware: ModelFacts): string {
  if (!isProven(firmware)) return unprovenParagraph(firmware);
  const { bitExact, digest, vectors, vectorSource } = firmware;
  const exact = bitExact
    ? 'every byte must be equal'
    : 'values may differ by 1e-5, because compilers fuse multiplications and additions of floats';
  return `The self-test runs ${counted(vectors.length, 'input')} (${vectorSource}) and compares the outputs with what
tinyml computed: ${exact}. It prints one line:

    ${SELF_TEST_WORD} PASS model=${selfTestModel(digest)} vectors=…

Save what the board prints and let \`tinyml verify LOG\` read it: it says PASS, or what differs.`;
}
