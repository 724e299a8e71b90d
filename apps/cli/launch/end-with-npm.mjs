const LOOK_MS = 500;

/**
 * Under npm, ends this process when npm is gone. A SIGTERM to npm (`timeout`, a CI runner) ends npm and its shell but is
 * not told to us: without this the product would stay behind, on its ports, with nobody to stop it.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  look.unref();
}
