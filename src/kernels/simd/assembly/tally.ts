/** Extremes and sums of every element over float32 tensors that come one after another, and extremes of their channels. */

@inline
function least(at: usize, value: f32): void {
  if (value < load<f32>(at)) store<f32>(at, value);
}

@inline
function most(at: usize, value: f32): void {
  if (value > load<f32>(at)) store<f32>(at, value);
}

@inline
function addTwo(at: usize, values: v128): void {
  v128.store(at, f64x2.add(v128.load(at), values));
}

/** `lows` and `highs` are float32, `sums` and `squares` float64. NaN is no low and no high. */
@inline
function tallyElements(data: usize, count: i32, lows: usize, highs: usize, sums: usize, squares: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, data += 16, lows += 16, highs += 16, sums += 32, squares += 32) {
    const values = v128.load(data);
    v128.store(lows, f32x4.pmin(v128.load(lows), values));
    v128.store(highs, f32x4.pmax(v128.load(highs), values));
    const first = f64x2.promote_low_f32x4(values);
    const second = f64x2.promote_low_f32x4(v128.shuffle<i32>(values, values, 2, 3, 2, 3));
    addTwo(sums, first);
    addTwo(sums + 16, second);
    addTwo(squares, f64x2.mul(first, first));
    addTwo(squares + 16, f64x2.mul(second, second));
  }
  for (; i < count; i++, data += 4, lows += 4, highs += 4, sums += 8, squares += 8) {
    const value = load<f32>(data);
    least(lows, value);
    most(highs, value);
    store<f64>(sums, load<f64>(sums) + <f64>value);
    store<f64>(squares, load<f64>(squares) + <f64>value * <f64>value);
  }
}

/** data [pixels, channels]; extremes [channels]. */
@inline
function tallyChannels(data: usize, count: i32, channels: i32, lows: usize, highs: usize): void {
  const pixel = <usize>channels << 2;
  const end = data + (<usize>count << 2);
  let channel = 0;
  for (; channel + 4 <= channels; channel += 4, data += 16, lows += 16, highs += 16) {
    let low = v128.load(lows), high = v128.load(highs);
    for (let at = data; at < end; at += pixel) {
      const values = v128.load(at);
      low = f32x4.pmin(low, values);
      high = f32x4.pmax(high, values);
    }
    v128.store(lows, low);
    v128.store(highs, high);
  }
  for (; channel < channels; channel++, data += 4, lows += 4, highs += 4) {
    for (let at = data; at < end; at += pixel) {
      least(lows, load<f32>(at));
      most(highs, load<f32>(at));
    }
  }
}

export function tallyFloat(data: usize, count: i32, channels: i32, lows: usize, highs: usize, sums: usize, squares: usize, groupLows: usize, groupHighs: usize): void {
  tallyElements(data, count, lows, highs, sums, squares);
  tallyChannels(data, count, channels, groupLows, groupHighs);
}
