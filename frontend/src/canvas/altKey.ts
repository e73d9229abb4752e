/** Whether Alt is held: React Flow tells of drops without saying so. */
let held = false;

for (const type of ['keydown', 'keyup', 'pointermove', 'pointerup'] as const) {
  addEventListener(
    type,
    (event) => {
      held = event.altKey;
    },
    { capture: true, passive: true },
  );
}

export function isAltHeld(): boolean {
  return held;
}
