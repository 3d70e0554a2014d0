/** When rows are due on boards with the Arduino core: by its clock, without a drift, whatever the loop does between. */

/** `is_due()`, to be asked all the time behind `start_clock()`, and `lost`, to which it adds rows that nobody asked for in time. */
export function rowClock(macro: string): string {
  return `static unsigned long due;
/* Of the moment at which a row is due, below a microsecond. */
static uint32_t nanoseconds;
static uint32_t lost;

static void start_clock(void)
{
  due = micros();
  nanoseconds = 0;
}

static void next_row(void)
{
  nanoseconds += (uint32_t)(${macro}_PERIOD_NS % 1000);
  due += (unsigned long)(${macro}_PERIOD_NS / 1000) + nanoseconds / 1000u;
  nanoseconds %= 1000u;
}

static int is_due(void)
{
  const unsigned long now = micros();

  /* Signed, since the clock begins anew after an hour and more. */
  if ((long)(now - due) < 0) {
    return 0;
  }
  next_row();
  while ((long)(now - due) >= 0) {
    next_row();
    lost++;
  }
  return 1;
}
`;
}
