/**
 * The board that programs are measured on: mps2-an386 of qemu, a Cortex-M4F with 4 MiB each of code and RAM. No C library is
 * below the program but functions on memory and numbers, so that any compiler for bare Arm will do.
 */

/** Flags that choose its processor. */
export const CORTEX_M4_FLAGS = [
  '-mcpu=cortex-m4',
  '-mthumb',
  '-mfpu=fpv4-sp-d16',
  '-mfloat-abi=hard',
] as const;

/** Which timer counts, and how: `-icount shift=5` lets 32 ns pass with every instruction. */
const NANOSECONDS_OF_AN_INSTRUCTION = 32;
const NANOSECONDS_OF_A_TICK = 40;

/** Of ticks of timer 0, whose 32 bits begin anew after 5·10⁹ instructions. */
export const instructionsOf = (ticks: number): number =>
  Math.round((ticks * NANOSECONDS_OF_A_TICK) / NANOSECONDS_OF_AN_INSTRUCTION);

/** Arguments of qemu-system-arm. */
export function emulatorArguments(program: string): string[] {
  return [
    ...['-M', 'mps2-an386', '-nographic', '-monitor', 'none', '-serial', 'none', '-icount', 'shift=5'],
    ...['-semihosting-config', 'enable=on,target=native', '-kernel', program],
  ];
}

/** What lies where, for the linker. */
export const BOARD_MEMORY = `ENTRY(_start)
MEMORY {
  CODE (rx) : ORIGIN = 0x00000000, LENGTH = 4M
  RAM (rw) : ORIGIN = 0x20000000, LENGTH = 4M
}
stack_top = ORIGIN(RAM) + LENGTH(RAM);
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > CODE
  .ARM.exidx : { *(.ARM.exidx*) } > CODE
  .data : ALIGN(16) { data_start = .; *(.data*) . = ALIGN(4); data_end = .; } > RAM AT > CODE
  data_source = LOADADDR(.data);
  .bss (NOLOAD) : ALIGN(16) { bss_start = .; *(.bss*) *(COMMON) . = ALIGN(16); bss_end = .; } > RAM
}
`;

/** What happens before and after \`main\`, the clock, and how numbers are printed. */
export const BOARD_HEADER = `#ifndef BOARD_H
#define BOARD_H
#include <stdint.h>
/* Ticks since \`start\`, of a timer that counts down. */
uint32_t board_now(void);
static inline uint32_t board_since(uint32_t start) { return start - board_now(); }
/* A line with one number. */
void board_print(uint32_t value);
int main(void);
#endif
`;

/** The same as C. A fault ends the program with a line that is no number. */
export const BOARD_SOURCE = `#include "board.h"
#include <string.h>
#define CONTROL (*(volatile uint32_t *)0x40000000)
#define NOW (*(volatile uint32_t *)0x40000004)
#define RELOAD (*(volatile uint32_t *)0x40000008)
#define COPROCESSORS (*(volatile uint32_t *)0xE000ED88)

extern char data_source[], data_start[], data_end[], bss_start[], bss_end[];
/* An address rather than a function, like the vectors beside it. */
extern void stack_top(void);
void _start(void);

static int32_t output;

/* Calls of semihosting. */
static int32_t __attribute__((noinline)) ask(uint32_t operation, const void *argument)
{
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
}

static void write_text(const char *text, uint32_t length)
{
  const uint32_t block[3] = {(uint32_t)output, (uint32_t)text, length};
  ask(0x05, block);
}

static void end(void)
{
  /* ADP_Stopped_ApplicationExit */
  ask(0x18, (const void *)0x20026);
  for (;;) {}
}

static void fault(void)
{
  write_text("fault\\n", 6);
  end();
}

void board_print(uint32_t value)
{
  char text[11];
  uint32_t at = sizeof text - 1;
  text[at] = '\\n';
  do {
    text[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  write_text(text + at, sizeof text - at);
}

uint32_t __attribute__((noinline)) board_now(void) { return NOW; }

void _start(void)
{
  static const char console[] = ":tt";
  const uint32_t opened[3] = {(uint32_t)console, 4, sizeof console - 1};
  COPROCESSORS |= 0xFu << 20;
  __asm__ volatile("dsb\\n isb");
  memcpy(data_start, data_source, (uint32_t)(data_end - data_start));
  memset(bss_start, 0, (uint32_t)(bss_end - bss_start));
  output = ask(0x01, opened);
  RELOAD = 0xffffffffu;
  NOW = 0xffffffffu;
  CONTROL = 1;
  main();
  end();
}

typedef void (*vector)(void);
/* Stack, reset, NMI, then the faults: hard, memory, bus, usage. */
__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    stack_top, _start, fault, fault, fault, fault, fault,
};
`;
