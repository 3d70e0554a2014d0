/** Steps of recurrent layers, four units at a time: gates of one sample lie side by side. */

import { sigmoid4, sigmoidBack4, tanh4, tanhBack4 } from './functions';

export function swapRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, columns: i32, n: i32): void {
  const bytes = <usize>n << 2;
  fromStride <<= 2;
  toStride <<= 2;
  for (let c = 0; c < columns; c++, from += bytes, to += toStride) {
    let at = from;
    let into = to;
    for (let r = 0; r < rows; r++, at += fromStride, into += bytes) {
      let j = <usize>0;
      for (; j + 16 <= bytes; j += 16) v128.store(into + j, v128.load(at + j));
      for (; j < bytes; j += 4) store<f32>(into + j, load<f32>(at + j));
    }
  }
}

/** Called, not copied into every gate: the module is loaded by whoever predicts, too. */
function sigmoid(x: v128): v128 {
  return sigmoid4(x);
}

function tanh(x: v128): v128 {
  return tanh4(x);
}

/** Four elements, or one in every lane. */
@inline
function take(whole: bool, at: usize): v128 {
  return whole ? v128.load(at) : v128.load32_splat(at);
}

@inline
function put(whole: bool, at: usize, value: v128): void {
  if (whole) v128.store(at, value);
  else store<f32>(at, f32x4.extract_lane(value, 0));
}

@inline
function lstmUnits(whole: bool, gates: usize, gate: usize, before: usize, cell: usize, squashed: usize, hidden: usize): void {
  const i = sigmoid(take(whole, gates));
  const f = sigmoid(take(whole, gates + gate));
  const g = tanh(take(whole, gates + 2 * gate));
  const o = sigmoid(take(whole, gates + 3 * gate));
  const c = f32x4.add(f32x4.mul(f, take(whole, before)), f32x4.mul(i, g));
  const t = tanh(c);
  put(whole, gates, i);
  put(whole, gates + gate, f);
  put(whole, gates + 2 * gate, g);
  put(whole, gates + 3 * gate, o);
  put(whole, cell, c);
  put(whole, squashed, t);
  put(whole, hidden, f32x4.mul(o, t));
}

export function lstm(gates: usize, before: usize, cell: usize, squashed: usize, hidden: usize, rows: i32, units: i32): void {
  const gate = <usize>units << 2;
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < gate; ) {
      const whole = at + 16 <= gate;
      lstmUnits(whole, gates + at, gate, before + at, cell + at, squashed + at, hidden + at);
      at += whole ? 16 : 4;
    }
    gates += 4 * gate;
    before += gate;
    cell += gate;
    squashed += gate;
    hidden += gate;
  }
}

@inline
function lstmUnitsBackward(whole: bool, gates: usize, gate: usize, before: usize, squashed: usize, dHidden: usize, dCell: usize): void {
  const i = take(whole, gates);
  const f = take(whole, gates + gate);
  const g = take(whole, gates + 2 * gate);
  const o = take(whole, gates + 3 * gate);
  const dh = take(whole, dHidden);
  const t = take(whole, squashed);
  const dc = f32x4.add(take(whole, dCell), tanhBack4(t, f32x4.mul(dh, o)));
  put(whole, gates, sigmoidBack4(i, f32x4.mul(dc, g)));
  put(whole, gates + gate, sigmoidBack4(f, f32x4.mul(dc, take(whole, before))));
  put(whole, gates + 2 * gate, tanhBack4(g, f32x4.mul(dc, i)));
  put(whole, gates + 3 * gate, sigmoidBack4(o, f32x4.mul(dh, t)));
  put(whole, dCell, f32x4.mul(dc, f));
}

export function lstmBackward(gates: usize, before: usize, squashed: usize, dHidden: usize, dCell: usize, rows: i32, units: i32): void {
  const gate = <usize>units << 2;
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < gate; ) {
      const whole = at + 16 <= gate;
      lstmUnitsBackward(whole, gates + at, gate, before + at, squashed + at, dHidden + at, dCell + at);
      at += whole ? 16 : 4;
    }
    gates += 4 * gate;
    before += gate;
    squashed += gate;
    dHidden += gate;
    dCell += gate;
  }
}

@inline
function gruUnits(whole: bool, gates: usize, recurrent: usize, gate: usize, before: usize, hidden: usize): void {
  const z = sigmoid(f32x4.add(take(whole, gates), take(whole, recurrent)));
  const r = sigmoid(f32x4.add(take(whole, gates + gate), take(whole, recurrent + gate)));
  const n = tanh(f32x4.add(take(whole, gates + 2 * gate), f32x4.mul(r, take(whole, recurrent + 2 * gate))));
  put(whole, gates, z);
  put(whole, gates + gate, r);
  put(whole, gates + 2 * gate, n);
  const kept = f32x4.mul(z, take(whole, before));
  put(whole, hidden, f32x4.add(kept, f32x4.mul(f32x4.sub(f32x4.splat(1), z), n)));
}

export function gru(gates: usize, recurrent: usize, before: usize, hidden: usize, rows: i32, units: i32): void {
  const gate = <usize>units << 2;
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < gate; ) {
      const whole = at + 16 <= gate;
      gruUnits(whole, gates + at, recurrent + at, gate, before + at, hidden + at);
      at += whole ? 16 : 4;
    }
    gates += 3 * gate;
    recurrent += 3 * gate;
    before += gate;
    hidden += gate;
  }
}

@inline
function gruUnitsBackward(whole: bool, gates: usize, recurrent: usize, gate: usize, before: usize, dHidden: usize, dBefore: usize): void {
  const z = take(whole, gates);
  const r = take(whole, gates + gate);
  const n = take(whole, gates + 2 * gate);
  const dh = take(whole, dHidden);
  const dn = tanhBack4(n, f32x4.mul(dh, f32x4.sub(f32x4.splat(1), z)));
  const dz = sigmoidBack4(z, f32x4.mul(dh, f32x4.sub(take(whole, before), n)));
  const dr = sigmoidBack4(r, f32x4.mul(dn, take(whole, recurrent + 2 * gate)));
  put(whole, gates, dz);
  put(whole, gates + gate, dr);
  put(whole, gates + 2 * gate, dn);
  put(whole, recurrent, dz);
  put(whole, recurrent + gate, dr);
  put(whole, recurrent + 2 * gate, f32x4.mul(dn, r));
  put(whole, dBefore, f32x4.add(take(whole, dBefore), f32x4.mul(dh, z)));
}

export function gruBackward(gates: usize, recurrent: usize, before: usize, dHidden: usize, dBefore: usize, rows: i32, units: i32): void {
  const gate = <usize>units << 2;
  for (let r = 0; r < rows; r++) {
    for (let at: usize = 0; at < gate; ) {
      const whole = at + 16 <= gate;
      gruUnitsBackward(whole, gates + at, recurrent + at, gate, before + at, dHidden + at, dBefore + at);
      at += whole ? 16 : 4;
    }
    gates += 3 * gate;
    recurrent += 3 * gate;
    before += gate;
    dHidden += gate;
    dBefore += gate;
  }
}
