import { randomBytes } from 'node:crypto';

/** 256 random bits behind a prefix that tells scanners of leaked secrets whose they are. */
export const newSecret = (): string => `pck_${randomBytes(32).toString('base64url')}`;
