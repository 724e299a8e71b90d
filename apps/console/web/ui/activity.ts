let touchedMs = Date.now();

const note = (): void => {
  touchedMs = Date.now();
};
for (const name of ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const) {
  window.addEventListener(name, note, { passive: true, capture: true });
}

/** How long nobody has touched a key or a pointer on this page, in milliseconds. */
export const untouchedMs = (): number => Date.now() - touchedMs;
