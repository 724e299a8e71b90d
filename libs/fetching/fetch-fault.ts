/**
 * `unreachable`: no connection, or it broke. `late`: over a time limit. `too_large`: over the byte cap. `refused`: the guard
 * does not let it through. `status`: another answer than 200. `encoded`: the bytes come compressed though nobody asked.
 */
export type FetchFaultKind = 'unreachable' | 'late' | 'too_large' | 'refused' | 'status' | 'encoded';

/** Why something on the web was not fetched. The message is for people and names no address that a name led to. */
export class FetchFault extends Error {
  override readonly name = 'FetchFault';

  constructor(
    readonly kind: FetchFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
