import 'reflect-metadata';
import { expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { describeDesk } from './describe-desk.js';
import { describeLongLists } from './long-lists.js';
import { PASSWORD, type Colleague } from './moderation-desk.js';
import type { WatchedPage } from './watched-page.js';

jest.setTimeout(240_000);

describeDesk('the pages of people and of long lists', { consoleOnly: true }, (given) => {
  let admin: WatchedPage;
  let dora: Colleague;
  let doras: WatchedPage;

  /** A page on which somebody is signed in. */
  const openAs = async (who: Colleague, address: string): Promise<WatchedPage> => {
    const page = await given.open();
    await page.go(address);
    await page.signIn(who);
    return page;
  };
  const row = (of: WatchedPage, name: string) => of.page.getByRole('row').filter({ hasText: name });
  const sessionsOf = ({ name }: Colleague): Promise<number> =>
    given.desk.product.count(`person_session s JOIN person p ON p.id = s.person_id WHERE p.name = $1`, [name]);

  it('lets the first admin in with the password that was printed once, who chooses their own', async () => {
    admin = await given.open();
    await admin.go('/people');
    await admin.heading('Sign in');
    await admin.keep('sign-in');
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.signIn({ name: 'admin' }, 'not the password');
    await admin.page.getByRole('alert').waitFor();
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.signIn({ name: 'admin' }, given.desk.firstPassword);
    await admin.heading('Choose your password');
    await admin.keep('choose-password');
    expect(await admin.seriousFaults()).toEqual([]);
    await admin.page.getByLabel('New password').fill(PASSWORD);
    await admin.page.getByLabel('The same again').fill(PASSWORD);
    await admin.page.keyboard.press('Enter');
    await admin.heading('People');
    expect(admin.faults).toEqual([]);
    dora = await given.desk.invite('Dora', 'admin');
    doras = await openAs(dora, '/people');
    await admin.go('/people');
  });

  it('invites somebody, with a password that is shown once and works once', async () => {
    await admin.page.getByRole('button', { name: 'Invite somebody' }).click();
    await admin.page.getByLabel('Sign-in name').fill('clara@example.org');
    await admin.page.getByLabel('What colleagues see').fill('Clara von und zu Hohenstein-Wernigerode');
    await admin.page.getByRole('dialog').getByRole('combobox').selectOption('senior');
    await admin.keep('people-invite');
    await admin.page.keyboard.press('Enter');
    const shown = admin.page.getByRole('dialog', { name: 'A password that works once' });
    const password = (await shown.locator('.pre').textContent()) ?? '';
    expect(await admin.seriousFaults()).toEqual([]);
    await shown.getByRole('button', { name: 'Done' }).click();
    await row(admin, 'clara@example.org').getByText('has not chosen a password').waitFor();
    expect(await admin.page.content()).not.toContain(password);
    await admin.keep('people');

    const clara = { name: 'clara@example.org', displayName: 'Clara' };
    const own = await given.open();
    await own.go('/reviews');
    await own.signIn(clara, password);
    await own.heading('Choose your password');
    await own.page.getByLabel('New password').fill(PASSWORD);
    await own.page.getByLabel('The same again').fill(PASSWORD);
    await own.page.keyboard.press('Enter');
    await own.heading('Review queue');
    await own.page.getByText('Senior moderator').waitFor();
    const again = await given.open();
    await again.go('/reviews');
    await again.signIn(clara, password);
    await again.page.getByRole('alert').waitFor();
    await again.heading('Sign in');
    expect([admin.faults, own.faults, again.faults]).toEqual([[], [], []]);
  });

  it('changes a role, which holds from the next click of a page that is open, and takes it back', async () => {
    await doras.page.getByLabel('Role of Dora').waitFor();
    await admin.page.getByLabel('Role of Dora').selectOption('moderator');
    await admin.page.getByText('Dora: moderator from now on.').waitFor();
    await doras.page.getByRole('button', { name: 'New password for Dora' }).click();
    await doras.page.getByRole('button', { name: 'Give another password' }).click();
    await doras.page.getByText('This page is for admins').waitFor();
    await doras.page.getByText('Your role was changed: you are a moderator now.').waitFor();
    await doras.keep('people-not-for-you');
    expect(await doras.seriousFaults()).toEqual([]);
    expect(await doras.page.getByRole('link', { name: 'People' }).count()).toBe(0);
    await doras.page.getByRole('link', { name: 'My decisions' }).click();
    await doras.heading('My decisions');
    await admin.page.getByRole('button', { name: /^Undo/ }).click();
    await admin.page.getByText('Taken back. Dora: admin from now on.').waitFor();
    await doras.go('/audit');
    await doras.page.getByText('person.change').first().waitFor();
    expect(await doras.page.getByText('person.reset').count()).toBe(0);
    expect([admin.faults, doras.faults]).toEqual([[], []]);
  });

  it('gives another password, and whoever had the one before is asked to sign in at the next click', async () => {
    await admin.page.getByRole('button', { name: 'New password for Dora' }).click();
    await admin.page.getByRole('button', { name: 'Give another password' }).click();
    const shown = admin.page.getByRole('dialog', { name: 'A password that works once' });
    const password = (await shown.locator('.pre').textContent()) ?? '';
    await shown.getByRole('button', { name: 'Done' }).click();
    await doras.page.getByRole('link', { name: 'People' }).click();
    await doras.heading('Your session has ended');
    await doras.page.getByLabel('Password').fill(PASSWORD);
    await doras.page.keyboard.press('Enter');
    await doras.page.getByText('do not belong together').or(doras.page.getByText('is wrong')).first().waitFor();
    await doras.page.getByLabel('Password').fill(password);
    await doras.page.keyboard.press('Enter');
    await doras.heading('Choose your password');
    await doras.page.getByLabel('New password').fill(PASSWORD);
    await doras.page.getByLabel('The same again').fill(PASSWORD);
    await doras.page.keyboard.press('Enter');
    await doras.heading('People');
    expect(doras.faults).toEqual([]);
  });

  it('shows where somebody is signed in, and signs them out everywhere', async () => {
    const other = await openAs(dora, '/history');
    await other.heading('My decisions');
    await admin.go('/people');
    await admin.page.getByRole('button', { name: '2 browsers of Dora' }).click();
    const dialog = admin.page.getByRole('dialog', { name: 'Where Dora is signed in' });
    await eventually('both are shown', async () => (await dialog.getByText('Chrome on Linux').count()) === 2);
    await admin.keep('people-sessions');
    expect(await admin.seriousFaults()).toEqual([]);
    await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
    await admin.page.getByText('Dora: signed out of 2 browsers.').waitFor();
    expect(await sessionsOf(dora)).toBe(0);
    await other.page.getByRole('link', { name: 'Dead letters' }).click();
    await other.heading('Your session has ended');
    await doras.page.getByRole('link', { name: 'Audit' }).click();
    await doras.heading('Your session has ended');
    await row(admin, 'Dora').getByText('nowhere').waitFor();
    expect([admin.faults, other.faults]).toEqual([[], []]);
  });

  it('disables somebody and takes that back, but never the last admin', async () => {
    await admin.page.getByRole('button', { name: 'Disable Dora' }).click();
    await row(admin, 'Dora').getByText('disabled').waitFor();
    await admin.page.getByRole('button', { name: 'Disable First admin' }).click();
    await admin.page.getByText('This is the last admin who can sign in').waitFor();
    await admin.page.keyboard.press('z');
    await admin.page.getByText('Taken back. Dora can sign in again.').waitFor();
    await admin.page.getByRole('button', { name: 'Disable Dora' }).waitFor();
    expect(admin.faults).toEqual([]);
  });

  describeLongLists(given, () => ({ name: 'admin' }));
});
