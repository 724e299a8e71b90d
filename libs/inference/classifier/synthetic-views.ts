/**
 * Views to warm and to time a model with: every grey level, in no smooth order, so that kernels find no easy image.
 *
 * @param bytes of one view: size × size × 3
 */
export function syntheticViews(bytes: number, count: number): Uint8Array[] {
  const view = Uint8Array.from({ length: bytes }, (_, index) => (index * 167) % 256);
  return Array.from({ length: count }, () => view);
}
