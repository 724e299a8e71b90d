/** One thing that a classifier process is asked to do, and what counts as its answer. */
export interface Task<Answer> {
  /** What is sent: plain data of one of the kinds that the host serves. */
  readonly order: { readonly kind: string };
  /**
   * Reads what the process answered.
   *
   * @param classes of the model that the process serves; 0 where it only decodes
   * @returns undefined for what is no answer to this task: the process is then not to be believed any more
   */
  readonly read: (answer: unknown, classes: number) => Answer | undefined;
}
