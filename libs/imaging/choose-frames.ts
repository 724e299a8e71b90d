/**
 * Chooses which frames of an animation are scored: the first, the last and evenly spaced ones between.
 *
 * @param frames frames there are, at least 1
 * @param max frames to choose at most, at least 1
 * @param shown the frame that a viewer shows first; always among the chosen ones
 * @returns rising indices from 0, each once
 */
export function chooseFrames(frames: number, max: number, shown = 0): number[] {
  const count = Math.min(frames, max);
  if (count <= 1) return [shown];
  const step = (frames - 1) / (count - 1);
  const chosen = Array.from({ length: count }, (_, index) => Math.round(index * step));
  if (chosen.includes(shown)) return chosen;
  const nearest = Math.round(shown / step);
  return chosen.map((frame, index) => (index === nearest ? shown : frame));
}
