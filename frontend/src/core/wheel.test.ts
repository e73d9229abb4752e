import { beforeEach, expect, it } from 'vitest';
import { panOf, recallWheel, rememberWheel, type Turn, type WheelHabit, WheelReader } from './wheel';

beforeEach(() => localStorage.clear());

const turn = (deltaY: number, part: Partial<Turn> = {}): Turn => ({
  deltaX: 0,
  deltaY,
  deltaMode: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  timeStamp: 0,
  ...part,
});

/** Each as the first event of a movement. */
function pans(one: Turn, habit: WheelHabit = 'device'): boolean {
  return new WheelReader().pans(one, habit);
}

it('moves under two fingers, however far they go once they have begun', () => {
  const reader = new WheelReader();
  const movement = [2, 11, 64, 180, 90, 3].map((y, at) => turn(y, { timeStamp: at * 16 }));
  expect(movement.map((event) => reader.pans(event, 'device'))).toEqual(movement.map(() => true));
  expect(pans(turn(0, { deltaX: 90 }))).toBe(true);
});

it('zooms by a wheel, also a notch soon after another, and by lines', () => {
  const reader = new WheelReader();
  const notches = [100, 100, -120].map((y, at) => turn(y, { timeStamp: at * 90 }));
  expect(notches.map((event) => reader.pans(event, 'device'))).toEqual([false, false, false]);
  expect(pans(turn(3, { deltaMode: 1 }))).toBe(false);
});

it('begins anew after a rest', () => {
  const reader = new WheelReader();
  expect(reader.pans(turn(3), 'device')).toBe(true);
  expect(reader.pans(turn(100, { timeStamp: 1000 }), 'device')).toBe(false);
  expect(reader.pans(turn(3, { timeStamp: 2000 }), 'device')).toBe(true);
});

it('takes a pinch for zooming, whatever was chosen, and keeps to what was chosen', () => {
  for (const habit of ['device', 'zoom', 'pan'] as const) {
    expect(pans(turn(2, { ctrlKey: true }), habit)).toBe(false);
    expect(pans(turn(100, { metaKey: true }), habit)).toBe(false);
  }
  expect(pans(turn(100), 'pan')).toBe(true);
  expect(pans(turn(2, { deltaX: 2 }), 'zoom')).toBe(false);
});

it('moves as far as was turned, sideways with Shift', () => {
  expect(panOf(turn(30, { deltaX: -4 }), 500)).toEqual({ x: 4, y: -30 });
  expect(panOf(turn(30, { shiftKey: true }), 500)).toEqual({ x: -30, y: 0 });
  expect(panOf(turn(2, { deltaMode: 1 }), 500)).toEqual({ x: 0, y: -40 });
  expect(panOf(turn(1, { deltaMode: 2 }), 500)).toEqual({ x: 0, y: -500 });
});

it('remembers what was chosen, and nothing else', () => {
  expect(recallWheel()).toBe('device');
  rememberWheel('pan');
  expect(recallWheel()).toBe('pan');
  localStorage.setItem('playground.wheel', 'spin');
  expect(recallWheel()).toBe('device');
});
