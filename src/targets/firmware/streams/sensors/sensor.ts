/** Where readings come from: a header that is the same everywhere, and a source for each kind of board, both for people to edit. */

import { SOUND_RATE } from '../../../../core/samples/sound-rate.ts';
import type { StreamPlan } from '../../../../core/samples/streaming.ts';
import type { FirmwareFile } from '../../firmware.ts';
import { EDITABLE_NOTICE } from '../../source-file.ts';
import type { FirmwareStream } from '../firmware-stream.ts';
import { readingWidth } from '../push-code.ts';

/** What a source of readings is written for. */
export interface SensorPlace {
  /** Macros of the stream begin with it. */
  readonly macro: string;
  /** The header that has them. */
  readonly header: string;
  readonly stream: FirmwareStream;
  readonly plan: StreamPlan;
}

/** The text of `sensor.c` or `sensor.cpp`. */
export type SensorWriter = (place: SensorPlace) => string;

export type Measured = 'sound' | 'motion' | 'other';

/** What a project's readings are, as far as their number and their rate tell. */
export function measured({ stream, plan }: SensorPlace): Measured {
  const width = readingWidth(plan);
  if (width === 1 && stream.rate >= SOUND_RATE) return 'sound';
  return width === 3 || width === 6 ? 'motion' : 'other';
}

const HEADER = `/*
 * ${EDITABLE_NOTICE}
 *
 * Where readings come from, in the units of the recordings on which the model was trained.
 */

#ifndef SENSOR_H
#define SENSOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 0 where the sensor does not answer. */
int sensor_begin(void);

#define SENSOR_ROW 1
#define SENSOR_NOTHING_YET 0
#define SENSOR_ENDED (-1)

/* Puts the next row of readings at \`row\` where there is one, and never waits long. */
int sensor_read(float *row);

/* Rows that were lost since the beginning, because they came faster than they were read, or could not be read. */
uint32_t sensor_lost(void);

#ifdef __cplusplus
}
#endif

#endif
`;

/** `source` is the name of the file with the functions. */
export function sensorFiles(source: string, write: SensorWriter, place: SensorPlace): FirmwareFile[] {
  return [
    { path: 'sensor.h', text: HEADER },
    { path: source, text: write(place) },
  ];
}

/** The first lines of a source, which says what it was written for. */
export function sensorTop(place: SensorPlace, about: readonly string[], headers: readonly string[]): string {
  const { macro, header, plan } = place;
  return `/*
 * ${EDITABLE_NOTICE}
 *
${about.map((line) => ` * ${line}\n`).join('')} */

#include "sensor.h"

${headers.map((name) => `#include <${name}>\n`).join('')}
#include "${header}"

#if ${macro}_WIDTH != ${readingWidth(plan)}
#error "the model takes rows of another width than this source was written for"
#endif
`;
}
