/*
 * Standard input and output at the first UART of the board, byte by byte, and an end of the program by semihosting. What comes
 * in begins with its length in four bytes, the lowest first: a UART has no end of file.
 */
#include <stdint.h>
#include <sys/stat.h>

#define UART_DATA (*(volatile uint32_t *)0x40004000u)
#define UART_STATE (*(volatile uint32_t *)0x40004004u)
#define UART_CONTROL (*(volatile uint32_t *)0x40004008u)
#define UART_INTERRUPTS (*(volatile uint32_t *)0x4000400cu)
#define UART_DIVIDER (*(volatile uint32_t *)0x40004010u)
#define NVIC_ENABLE (*(volatile uint32_t *)0xe000e100u)
#define NVIC_CLEAR (*(volatile uint32_t *)0xe000e280u)
#define SENDS 1u
#define HAS_BYTE 2u
#define TALKS_AND_TELLS 0xbu
#define RECEIVED 2u
/* The first interrupt of the board. */
#define UART_RECEIVED 1u

void initialise_monitor_handles(void);
int _read(int file, char *into, int length);
int _write(int file, const char *text, int length);
int _isatty(int file);
int _fstat(int file, struct stat *status);
void _exit(int code);

void initialise_monitor_handles(void) {
  UART_DIVIDER = 16u;
  __asm__ volatile("cpsid i");
  UART_CONTROL = TALKS_AND_TELLS;
  NVIC_ENABLE = UART_RECEIVED;
}

/* Asleep until a byte is there, whose interrupt is never taken: a processor that asks again and again keeps qemu from reading. */
static uint32_t receive(void) {
  while ((UART_STATE & HAS_BYTE) == 0u) {
    __asm__ volatile("wfi");
    UART_INTERRUPTS = RECEIVED;
    NVIC_CLEAR = UART_RECEIVED;
  }
  return UART_DATA & 0xffu;
}

int _read(int file, char *into, int length) {
  static int begun;
  static uint32_t left;
  int count = 0;
  (void)file;
  if (!begun) {
    begun = 1;
    for (unsigned shift = 0; shift < 32u; shift += 8u) left |= receive() << shift;
  }
  for (; count < length && left > 0u; left--) into[count++] = (char)receive();
  return count;
}

int _write(int file, const char *text, int length) {
  (void)file;
  for (int i = 0; i < length; i++) {
    while ((UART_STATE & SENDS) != 0u) {
    }
    UART_DATA = (uint32_t)(unsigned char)text[i];
  }
  return length;
}

int _isatty(int file) { return file < 3; }

int _fstat(int file, struct stat *status) {
  (void)file;
  status->st_mode = S_IFCHR;
  return 0;
}

/* SYS_EXIT_EXTENDED, with the reason "application exit". */
void _exit(int code) {
  const uint32_t block[2] = {0x20026u, (uint32_t)code};
  register uint32_t operation __asm__("r0") = 0x20u;
  register const uint32_t *argument __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
  for (;;) {
  }
}
