import { describe, expect, it } from '@jest/globals';

import { welcome } from './welcome-text.js';

const key = (name: string, isNew = false) => ({ secret: `pck_${name}`, file: `/home/${name}-key`, isNew });
const installation = {
  uploadUrl: 'http://127.0.0.1:8080',
  consoleUrl: 'http://127.0.0.1:8081',
  keys: { client: key('client', true), moderator: key('moderator'), admin: key('admin') },
};
const admin = { name: 'admin', oneTimePassword: undefined, neverSignedIn: false };

describe('the welcome', () => {
  it('leads to the console’s pages, and tells the first admin’s password while there is one to tell', () => {
    const first = welcome(installation, { ...admin, oneTimePassword: 'abcde-fghij', neverSignedIn: true });
    expect(first).toMatch(/console +http:\/\/127\.0\.0\.1:8081 .*sign in as admin with abcde-fghij/);
    expect(first).not.toContain('8081/api');
    expect(welcome(installation, { ...admin, neverSignedIn: true })).toContain('persons reset admin');
    expect(welcome(installation, admin)).toContain('8081  (in a browser)');
    expect(welcome(installation, undefined)).toContain('Portcullis is ready.');
  });

  it('shows a key at its making and never again', () => {
    const text = welcome(installation, admin);
    expect(text).toContain('pck_client');
    expect(text).not.toContain('pck_moderator');
    expect(text).toContain('/home/moderator-key');
  });
});
