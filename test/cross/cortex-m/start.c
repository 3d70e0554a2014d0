/* What happens before and after main on a Cortex-M: vectors, FPU on where there is one, .data and .bss, constructors, exit by semihosting. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern char data_source[], data_start[], data_end[], bss_start[], bss_end[];

/* An address rather than a function, like the vectors beside it. */
extern void stack_top(void);
extern void initialise_monitor_handles(void);
extern void __libc_init_array(void);
extern int main(void);

void *__dso_handle = 0;
void _init(void) {}
void _fini(void) {}

static void fault(void) { _Exit(98); }

void _start(void) {
  *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
  __asm volatile("dsb\n isb");
  memcpy(data_start, data_source, (size_t)(data_end - data_start));
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  initialise_monitor_handles();
  __libc_init_array();
  exit(main());
}

typedef void (*vector)(void);

/* Stack, reset, NMI, then the faults: hard, memory, bus, usage. */
__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    stack_top, _start, fault, fault, fault, fault, fault,
};
