import { Counter, type Registry } from 'prom-client';

/** A scored image, as far as its views are counted. */
interface ScoredImage {
  readonly viewNames: readonly { readonly look: string }[];
  /** Of all views together. */
  readonly inferenceMs: number;
}

/** What the heavy tier looks at: views by look, and what they take. One divided by the other is the cost of a view. */
export class LookMetrics {
  private readonly views: Counter;
  private readonly seconds: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.views = new Counter({
      name: 'portcullis_heavy_views_total',
      help: 'Views that the heavy model has scored, by look',
      labelNames: ['look'],
      registers,
    });
    this.seconds = new Counter({
      name: 'portcullis_heavy_view_seconds_total',
      help: 'Seconds of inference of those views, by look',
      labelNames: ['look'],
      registers,
    });
  }

  /** Views of an image were scored. */
  scored({ viewNames, inferenceMs }: ScoredImage): void {
    for (const { look } of viewNames) {
      this.views.inc({ look });
      this.seconds.inc({ look }, inferenceMs / viewNames.length / 1_000);
    }
  }
}
