/** An origin as browsers send it (RFC 6454, section 6.2); undefined for anything else. */
export function readOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === 'https:' || protocol === 'http:') ? text : undefined;
}
