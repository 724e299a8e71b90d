import { QueryFailedError } from 'typeorm';

import { OperationalError } from '#contracts/errors.js';
import { Problem } from '#contracts/problems.js';

/** PostgreSQL is away, out of connections, or slower than its limits. The same call may succeed later. */
export class DatabaseLate extends OperationalError {
  override readonly name = 'DatabaseLate';
}

/** SQLSTATE classes of trouble that passes: connection, resources, operator intervention, system, serialization. */
const PASSING_CLASSES = ['08', '53', '57', '58', '40'];
/** Each has a digit: `EPIPE` is none. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Messages of the driver, its pool and TypeORM about a connection that was lost, which carry no SQLSTATE. */
const PASSING_MESSAGES =
  /timeout|terminated|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ENOENT|not queryable|Client was closed|Connection ended|already released/i;

/**
 * Runs database work and tells the two kinds of failure apart.
 *
 * @throws DatabaseLate for trouble that passes; anything else as it came, for it is a defect
 */
export async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isPassing(error)) throw new DatabaseLate('the database did not answer in time', { cause: error });
    throw error;
  }
}

/** Whether an insert lost against a row with the same value of this constraint. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return sqlState(error) === '23505' && property(driverError(error), 'constraint') === constraint;
}

function isPassing(error: unknown): boolean {
  // what we refuse with may hold any words of people
  if (error instanceof Problem) return false;
  const state = sqlState(error);
  if (state !== undefined && SQL_STATE.test(state)) return PASSING_CLASSES.includes(state.slice(0, 2));
  const message = property(driverError(error), 'message');
  return typeof message === 'string' && PASSING_MESSAGES.test(`${message} ${state ?? ''}`);
}

const driverError = (error: unknown): unknown => (error instanceof QueryFailedError ? error.driverError : error);

function sqlState(error: unknown): string | undefined {
  const code = property(driverError(error), 'code');
  return typeof code === 'string' ? code : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
