/** Readings with ESP-IDF: a microphone with I2S, and a place for any other sensor. */

import { ownSensor } from './own-sensor.ts';
import { measured, type SensorWriter, sensorTop } from './sensor.ts';
import { everyOfI2s, readSeveral } from './several-readings.ts';
import { soundUnit } from './sound-unit.ts';

const REFILL = `      size_t bytes = 0;

      next = 0;
      count = 0;
      if (i2s_channel_read(microphone, incoming, sizeof incoming, &bytes, 10) != ESP_OK || bytes == 0u) {
        return SENSOR_NOTHING_YET;
      }
      count = bytes / sizeof incoming[0];
`;

export const espIdfSensor: SensorWriter = (place) => {
  if (measured(place) !== 'sound') return ownSensor(place);
  return `${sensorTop(place, ['A MEMS microphone with I2S.'], ['driver/i2s_std.h', 'freertos/FreeRTOS.h'])}
${soundUnit(place)}
${everyOfI2s(place.macro)}
/* Where the microphone is connected. */
#define PIN_CLOCK GPIO_NUM_26
#define PIN_WORD GPIO_NUM_25
#define PIN_DATA GPIO_NUM_33

static i2s_chan_handle_t microphone;

int sensor_begin(void)
{
  i2s_chan_config_t channel = I2S_CHANNEL_DEFAULT_CONFIG(I2S_NUM_AUTO, I2S_ROLE_MASTER);
  i2s_std_config_t config = {
      .clk_cfg = I2S_STD_CLK_DEFAULT_CONFIG((uint32_t)(${place.macro}_RATE * (float)EVERY + 0.5f)),
      .slot_cfg = I2S_STD_PHILIPS_SLOT_DEFAULT_CONFIG(I2S_DATA_BIT_WIDTH_16BIT, I2S_SLOT_MODE_MONO),
      .gpio_cfg = {.mclk = I2S_GPIO_UNUSED, .bclk = PIN_CLOCK, .ws = PIN_WORD, .dout = I2S_GPIO_UNUSED, .din = PIN_DATA},
  };

  if (microphone != NULL) {
    return 1;
  }
  return i2s_new_channel(&channel, NULL, &microphone) == ESP_OK
         && i2s_channel_init_std_mode(microphone, &config) == ESP_OK && i2s_channel_enable(microphone) == ESP_OK;
}

int sensor_read(float *row)
{
  static int16_t incoming[64];
  static size_t count;
  static size_t next;
${readSeveral(REFILL)}}

/* The driver has a ring of its own, and does not tell what it loses. */
uint32_t sensor_lost(void)
{
  return 0;
}
`;
};
