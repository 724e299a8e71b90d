/** What came, and after how many milliseconds. */
export async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const beganMs = performance.now();
  const value = await work;
  return { value, ms: performance.now() - beganMs };
}
