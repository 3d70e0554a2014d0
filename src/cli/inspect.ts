/** `tinyml inspect` */

import { resolve } from 'node:path';
import { readInputFile } from '../artifacts/files.ts';
import { withErrorContext } from '../core/errors.ts';
import { formatShape } from '../core/tensor.ts';
import {
  type Inspection,
  inspectModel,
  type QuantizationSummary,
  type TensorSummary,
} from '../stages/inspect.ts';
import type { CliIo } from './io.ts';
import { formatSteps } from './render-steps.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

function formatQuantization(quantization: QuantizationSummary | undefined): string {
  if (quantization === undefined) return '';
  if ('zeroPoint' in quantization)
    return `scale ${formatFigure(quantization.scale)}, zero point ${quantization.zeroPoint}`;
  const { channels, axis, minScale, maxScale } = quantization;
  return `${channels} scales ${formatFigure(minScale)} … ${formatFigure(maxScale)} along axis ${axis}`;
}

function formatTensor({ name, dtype, shape, quantization }: TensorSummary): string {
  const quant = formatQuantization(quantization);
  return `${name}  ${dtype} ${formatShape(shape)}${quant === '' ? '' : `  ${quant}`}`;
}

function operatorRows({ operators }: Inspection): string[][] {
  return operators.map(({ operator, version, inputs, outputs, macs, constantBytes }, index) => [
    String(index),
    operator,
    String(version),
    formatShape(inputs[0].shape),
    outputs.map(({ shape }) => formatShape(shape)).join(' '),
    formatQuantization(outputs[0].quantization),
    formatCount(macs),
    formatCount(constantBytes),
  ]);
}

function renderInspection(model: string, inspection: Inspection): string {
  const { fileBytes, constantBytes, overheadBytes, macs, inputs, outputs, unusedOperatorCodes, passes } =
    inspection;
  const percent = ((overheadBytes / fileBytes) * 100).toFixed(0);
  const lines = [
    `${model}: ${formatCount(fileBytes)} bytes = ${formatCount(constantBytes)} of constants + ${formatCount(overheadBytes)} of overhead (${percent} %)`,
    ...inputs.map((tensor) => `input   ${formatTensor(tensor)}`),
    ...outputs.map((tensor) => `output  ${formatTensor(tensor)}`),
    '',
    formatTable(
      [
        { title: '#', align: 'right' },
        { title: 'operator' },
        { title: 'version', align: 'right' },
        { title: 'input' },
        { title: 'output' },
        { title: 'output quantization' },
        { title: 'MACs', align: 'right' },
        { title: 'constant bytes', align: 'right' },
      ],
      operatorRows(inspection),
    ),
    '',
    `${formatCount(macs)} multiply-accumulates per inference`,
  ];
  if (passes.length > 1) lines.push('', 'What "tinyml convert" would save:', formatSteps(passes));
  if (unusedOperatorCodes.length > 0)
    lines.push(`operator codes that nothing uses: ${unusedOperatorCodes.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

export function inspect(io: CliIo, model: string, json: boolean): void {
  const bytes = readInputFile(resolve(io.cwd, model), 'a .tflite file');
  const inspection = withErrorContext(model, () => inspectModel(bytes));
  io.stdout.write(
    json ? `${JSON.stringify({ model, ...inspection })}\n` : renderInspection(model, inspection),
  );
}
