/** Epoch milliseconds that never go back: whatever happens to the system's clock, no minute comes twice. */
export const steadyNowMs = (): number => performance.timeOrigin + performance.now();
