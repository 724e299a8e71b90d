/** The embedded PostgreSQL cannot start or stop. The message is for the person at the terminal and says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
}
