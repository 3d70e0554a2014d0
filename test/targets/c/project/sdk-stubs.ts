/** As much of the kits of boards as generated projects use: headers, and what their CMake calls. The program ends at a pause. */

/** Ends the program at its twelfth pause. */
const PAUSE = `static inline void stub_pause(void) { static int pauses; if (++pauses == 12) exit(0); }\n`;

/** Headers of each kit, by path. */
export const KIT_HEADERS = {
  pico: {
    'pico/stdlib.h': `#include <stdlib.h>
${PAUSE}static inline void stdio_init_all(void) {}
static inline void sleep_ms(unsigned int ms) { if (ms > 0u) stub_pause(); }
`,
  },
  zephyr: {
    'zephyr/kernel.h': `#include <stdint.h>
#include <stdlib.h>
${PAUSE}static inline int32_t k_msleep(int32_t ms) { if (ms > 0) stub_pause(); return 0; }
`,
  },
  'esp-idf': {
    'freertos/FreeRTOS.h': `#include <stdint.h>
typedef uint32_t TickType_t;
#define pdMS_TO_TICKS(ms) ((TickType_t)(ms) / 10u)
`,
    'freertos/task.h': `#include <stdlib.h>
${PAUSE}static inline void vTaskDelay(TickType_t ticks) { if (ticks > 0u) stub_pause(); }
`,
  },
} as const;

/** What calls `app_main`. */
export const ESP_START = 'void app_main(void);\nint main(void) { app_main(); return 0; }\n';

/** The CMake of each kit, by path below the folder that its variable names; the headers lie in `include`. */
export const KIT_CMAKE = {
  pico: {
    variable: 'PICO_SDK_PATH',
    program: 'model_app',
    files: {
      'pico_sdk_init.cmake': `macro(pico_sdk_init)
  add_library(pico_stdlib INTERFACE)
  target_include_directories(pico_stdlib INTERFACE $ENV{PICO_SDK_PATH}/include)
endmacro()
function(pico_enable_stdio_usb target on)
endfunction()
function(pico_enable_stdio_uart target on)
endfunction()
function(pico_add_extra_outputs target)
endfunction()
`,
    },
  },
  zephyr: {
    variable: 'ZEPHYR_BASE',
    program: 'app',
    files: {
      'ZephyrConfig.cmake': `macro(project name)
  _project(\${name} C)
  add_executable(app)
  target_include_directories(app PRIVATE $ENV{ZEPHYR_BASE}/include)
endmacro()
`,
    },
  },
  'esp-idf': {
    variable: 'IDF_PATH',
    program: 'app',
    files: {
      'start.c': ESP_START,
      'tools/cmake/project.cmake': `function(idf_component_register)
  cmake_parse_arguments(COMPONENT "" "" "SRCS;INCLUDE_DIRS;REQUIRES" \${ARGN})
  get_filename_component(name \${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_library(\${name} STATIC \${COMPONENT_SRCS})
  target_include_directories(\${name} PUBLIC \${COMPONENT_INCLUDE_DIRS} $ENV{IDF_PATH}/include)
  target_link_libraries(\${name} PUBLIC \${COMPONENT_REQUIRES})
endfunction()
macro(project name)
  _project(\${name} C)
  file(GLOB components \${CMAKE_CURRENT_SOURCE_DIR}/components/*)
  foreach(component \${components})
    add_subdirectory(\${component})
  endforeach()
  add_subdirectory(main)
  add_executable(app $ENV{IDF_PATH}/start.c)
  target_link_libraries(app main)
endmacro()
`,
    },
  },
} as const;
