/** A service could not be started. The message names it and holds the last lines that it wrote. */
export class ServiceFailure extends Error {
  override readonly name: string = 'ServiceFailure';

  constructor(
    readonly service: string,
    readonly reason: string,
    lastLines: readonly string[],
  ) {
    super([`${service} ${reason}`, ...lastLines].join('\n'));
  }
}
