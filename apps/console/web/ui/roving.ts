/**
 * Where arrows, Home and End lead among things of which one has the focus, and which are one stop of the Tab key.
 *
 * @returns an index; undefined: the key leads nowhere
 */
export function placeAfter(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
