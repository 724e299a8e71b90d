import { randomBytes } from 'node:crypto';

/**
 * `__Host-`: browsers take it over TLS only, or from this very machine, for this very host and for all its paths, so that
 * no neighbouring host can set one (RFC 6265bis).
 */
export const COOKIE = '__Host-portcullis';
/** 256 random bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export const newToken = (): string => randomBytes(32).toString('base64url');

/** The token in a `Cookie` header; undefined for none, for what is no token, and for several, of which one is forged. */
export function tokenIn(header: string | undefined): string | undefined {
  const tokens = (header ?? '').split(';').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=');
    return name.trim() === COOKIE ? [value.join('=').trim()] : [];
  });
  const [token = ''] = tokens;
  return tokens.length === 1 && TOKEN.test(token) ? token : undefined;
}

/** The `Set-Cookie` that signs in. */
export const cookieOf = (token: string, msMax: number): string =>
  `${COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${Math.floor(msMax / 1_000)}`;

/** The one that signs out. */
export const NO_COOKIE = `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
