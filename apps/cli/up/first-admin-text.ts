import type { FirstAdmin } from './bootstrap-admin.js';

/** How to sign in at the console for the first time, line by line; nothing once an admin has. */
export function firstAdmin({ name, oneTimePassword, neverSignedIn }: FirstAdmin): string[] {
  if (oneTimePassword !== undefined) {
    return [`First sign-in at the console: ${name}, with the one-time password ${oneTimePassword} (shown this once)`];
  }
  if (!neverSignedIn) return [];
  return ['No admin has ever signed in at the console: `portcullis persons reset admin` gives another password.'];
}
