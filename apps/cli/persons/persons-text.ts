import Table from 'cli-table3';

import type { Person } from '#persistence/person-store.js';

/** People of the console, for people. */
export function personsTable(persons: readonly Person[]): string {
  const table = new Table({
    head: ['name', 'display name', 'role', 'signs in', 'sessions', 'made', 'by', 'last signed in', 'id'],
    style: { head: [], border: [], compact: true },
  });
  for (const person of persons) {
    table.push([
      person.name,
      person.displayName,
      person.role,
      signsIn(person),
      person.sessions,
      person.createdAt.toISOString(),
      person.createdBy,
      person.signedInAt?.toISOString() ?? 'never',
      person.id,
    ]);
  }
  return `${table.toString()}\n`;
}

function signsIn({ disabled, mustChangePassword }: Person): string {
  if (disabled) return 'no: disabled';
  return mustChangePassword ? 'with a one-time password' : 'yes';
}
