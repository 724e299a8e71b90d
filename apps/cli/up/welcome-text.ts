import type { FirstAdmin } from './bootstrap-admin.js';
import type { Installation } from './installation.js';

/** Where everything is, once it runs; a key and a first password are shown at their making and never again. */
export function welcome(
  { uploadUrl, consoleUrl, keys }: Pick<Installation, 'uploadUrl' | 'consoleUrl' | 'keys'>,
  admin: FirstAdmin | undefined,
): string {
  const key = (name: string, { secret, file, isNew }: Installation['keys']['client']): string =>
    `  ${name.padEnd(14)} ${isNew ? secret : 'see the file'}  (${file})`;
  return [
    '',
    'Portcullis is ready.',
    `  console        ${consoleUrl}  (in a browser${signIn(admin)})`,
    `  uploads        ${uploadUrl}/v1/assets`,
    key('client key', keys.client),
    key('moderator key', keys.moderator),
    key('admin key', keys.admin),
    '',
    'Try it:',
    `  curl -H "Authorization: Bearer $(cat ${keys.client.file})" -F file=@picture.jpg ${uploadUrl}/v1/assets`,
    '',
  ].join('\n');
}

/** How the first admin comes in; nothing once one has. */
function signIn(admin: FirstAdmin | undefined): string {
  if (admin?.oneTimePassword !== undefined) {
    return `: sign in as ${admin.name} with ${admin.oneTimePassword}, once, then choose your own password`;
  }
  return admin?.neverSignedIn === true
    ? `: \`npm run portcullis -- persons reset ${admin.name}\` gives a password to sign in with`
    : '';
}
