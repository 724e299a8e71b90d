/** A service that the supervisor runs as a Node process. */
export interface ServiceSpec {
  /** Short: it stands before each line of its log. */
  readonly name: string;
  /** Path of the script. */
  readonly script: string;
  readonly args: readonly string[];
  /** What is set for it on top of the supervisor's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Answers 200 when the service that listens on `port` is ready; the service tells its port by a message. Without one it
   * is ready once it runs.
   */
  readonly readyUrl?: (port: number) => string;
}
