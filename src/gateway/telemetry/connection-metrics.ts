/**
 * Requests begun or ended at the router. The original calls them connections. What happens is
 * counted in `current`; each collection moves it on.
 */
export class ConnectionMetrics {
  /** Since the last collection. */
  current = 0;
  /** During the last whole window. */
  gauge = 0;
  /** Until the last collection. */
  total = 0;

  collect(): void {
    this.gauge = this.current;
    this.total += this.current;
    this.current = 0;
  }
}
