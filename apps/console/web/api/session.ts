import type { SessionAnswer } from '#contracts/sign-in-answer.js';

import { isSignedOut } from './api-error.js';
import { request } from './request.js';

/** Who is signed in; null for nobody. @throws ApiError */
export const readSession = (signal?: AbortSignal): Promise<SessionAnswer | null> =>
  request<SessionAnswer>('GET', '/session', undefined, signal).catch((error: unknown) => {
    if (isSignedOut(error)) return null;
    throw error;
  });

/** @throws ApiError */
export const signIn = (name: string, password: string): Promise<SessionAnswer> =>
  request('POST', '/session', { name, password });

/** @throws ApiError */
export const signOut = (): Promise<void> => request('DELETE', '/session');

/** Chooses a password of one's own. @throws ApiError */
export const changePassword = (current: string, next: string): Promise<void> =>
  request('POST', '/session/password', { current, next });
