/** The writers of all boards. */

import { arduinoBoard } from './arduino-board.ts';
import type { Board, BoardWriter } from './board.ts';
import { espIdfBoard } from './esp-idf-board.ts';
import { hostBoard } from './host-board.ts';
import { picoBoard } from './pico-board.ts';
import { platformioBoard } from './platformio-board.ts';
import { zephyrBoard } from './zephyr-board.ts';

export const BOARD_WRITERS: Readonly<Record<Board, BoardWriter>> = {
  host: hostBoard,
  arduino: arduinoBoard,
  'esp-idf': espIdfBoard,
  pico: picoBoard,
  zephyr: zephyrBoard,
  platformio: platformioBoard,
};
