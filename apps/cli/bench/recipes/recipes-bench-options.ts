export interface RecipesBenchOptions {
  /** A folder with photographs; left out, only drawn pictures are compared. */
  readonly images?: string;
  /** Rounds over all candidates and sizes. */
  readonly rounds: number;
}
