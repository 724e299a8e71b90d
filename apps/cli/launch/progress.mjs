/** Tells what takes time, on stderr: stdout belongs to the command that was asked for. */
export function tell(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs a step and tells its beginning and its seconds. */
export async function timed(text, step) {
  const started = performance.now();
  tell(`${text} …`);
  const result = await step();
  tell(`${text}: ${seconds(performance.now() - started)}`);
  return result;
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
