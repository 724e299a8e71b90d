/** Addresses to listen at that nobody can ask at. */
const ANY_HOST = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Where this machine reaches its own service. @param host what the services listen on */
export function localUrl(host: string, port: number): string {
  const name = ANY_HOST.get(host) ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
