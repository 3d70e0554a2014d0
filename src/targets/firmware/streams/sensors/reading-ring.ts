/** What lies between an interrupt that measures and a loop that reads. */

/** `type` is what is measured, `capacity` a power of two. `ring_put` is for the interrupt, `ring_take` for the loop. */
export function readingRing(type: 'int16_t' | 'uint16_t', capacity: number): string {
  return `/* The interrupt alone writes \`ring_received\`, the loop alone \`ring_taken\`: both only grow, and begin anew behind 2^32. */
#define RING_CAPACITY ${capacity}u

static volatile ${type} ring[RING_CAPACITY];
static volatile uint32_t ring_received;
static volatile uint32_t ring_taken;
static volatile uint32_t ring_lost;

static void ring_put(${type} value)
{
  if (ring_received - ring_taken == RING_CAPACITY) {
    ring_lost = ring_lost + 1u;
    return;
  }
  ring[ring_received % RING_CAPACITY] = value;
  ring_received = ring_received + 1u;
}

static int ring_take(${type} *value)
{
  if (ring_received == ring_taken) {
    return 0;
  }
  *value = ring[ring_taken % RING_CAPACITY];
  ring_taken = ring_taken + 1u;
  return 1;
}

uint32_t sensor_lost(void)
{
  return ring_lost;
}
`;
}
