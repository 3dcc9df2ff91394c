import type { GeneratedExpression } from "./expression.ts";
import type { Random } from "./random.ts";
import { WORLD_END_MS, WORLD_START_MS } from "./world.ts";

/** What the peer's version knows. */
export interface Dialect {
  /** Functions, aggregations, and writings that came with 3.x. */
  readonly isNew: boolean;
  readonly hasHistograms: boolean;
}

type Parts = readonly (string | GeneratedExpression)[];

const vector = (...parts: Parts): GeneratedExpression => ({ type: "vector", parts });
const scalar = (...parts: Parts): GeneratedExpression => ({ type: "scalar", parts });
const matrix = (...parts: Parts): GeneratedExpression => ({ type: "matrix", parts });

const MATH = names(
  "abs ceil floor exp sqrt ln log2 log10 sgn sin cos tan asin acos atan",
  "sinh cosh tanh asinh acosh atanh deg rad",
);
const DATES = names("minute hour day_of_week day_of_month day_of_year days_in_month month year");
const RATES = names("rate increase delta irate idelta");
const OVER_TIME = names(
  "avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time",
  "present_over_time stddev_over_time stdvar_over_time absent_over_time",
);
const OTHER_WINDOWS = names("deriv changes resets");
const NEW_WINDOWS = names(
  "mad_over_time ts_of_min_over_time ts_of_max_over_time ts_of_last_over_time",
);
const HISTOGRAM_PARTS = names(
  "histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar",
);
const AGGREGATIONS = names("sum avg min max count group stddev stdvar");
const RANKINGS: Names = ["topk", "bottomk"];
const ARITHMETIC: Names = ["+", "-", "*", "/", "%", "^", "atan2"];
const COMPARISONS: Names = ["==", "!=", "<", "<=", ">", ">="];
const SETS: Names = ["and", "or", "unless"];
const GROUPINGS: Names = ["job", "instance", "code", "le", "zone", "nothing", "__name__"];
const FLOAT_METRICS = names(
  "requests_total memory_bytes temperature limit_bytes extreme sparse quota build_info",
  "latency_seconds_bucket latency_seconds_count latency_seconds_sum",
);
const HISTOGRAM_METRICS: Names = [
  "native_seconds",
  "custom_seconds",
  "gauge_histogram",
  "changing_histogram",
  "mixed",
];
const DURATIONS: Names = ["30s", "1m", "90s", "2m", "5m", "10m", "3m20s"];
const WRITTEN_NUMBERS = names("1h 5m 0x1f 1_000 1e3 .5 5m30s 1.5e-7");
const STEPS: Names = ["10s", "20s", "30s", "1m", "2m", ""];

type Names = readonly [string, ...string[]];

function names(...lines: readonly string[]): Names {
  const [first = "", ...others] = lines.join(" ").split(" ");
  return [first, ...others];
}

/** Writes random queries of which most are well typed and have an answer in a random world. */
export class ExpressionGenerator {
  readonly #random: Random;
  readonly #dialect: Dialect;

  constructor(random: Random, dialect: Dialect) {
    this.#random = random;
    this.#dialect = dialect;
  }

  query(): GeneratedExpression {
    const depth = this.#random.integer(1, 4);
    if (this.#random.chance(0.04)) return this.#matrix(depth - 1);
    return this.#random.chance(0.06) ? this.#scalar(depth) : this.#vector(depth);
  }

  #vector(depth: number): GeneratedExpression {
    if (depth <= 0) return this.#selector();
    const inner = depth - 1;
    const make = this.#random.weighted<() => GeneratedExpression>([
      [2, () => this.#selector()],
      [10, () => this.#windowCall(inner)],
      [8, () => this.#aggregation(inner)],
      [7, () => this.#vectorWithScalar(inner)],
      [7, () => this.#vectorWithVector(inner)],
      [5, () => this.#pointCall(inner)],
      [3, () => this.#labelCall(inner)],
      [3, () => this.#sorted(inner)],
      [3, () => this.#histogramCall(inner)],
      [1, () => vector(this.#random.pick(["-", "+"]), this.#operand(inner))],
      [1, () => vector("(", this.#vector(inner), ")")],
      [1, () => vector("vector(", this.#scalar(inner), ")")],
      [1, () => this.#scalarLikeVector(inner)],
    ]);
    return make();
  }

  #scalar(depth: number): GeneratedExpression {
    const number = (): GeneratedExpression => scalar(this.#number());
    if (depth <= 0) return number();
    const inner = depth - 1;
    const make = this.#random.weighted<() => GeneratedExpression>([
      [4, number],
      [2, () => scalar("scalar(", this.#vector(inner), ")")],
      [1, () => scalar("time()")],
      [1, () => scalar("pi()")],
      [1, () => scalar("-", this.#parenthesized(this.#scalar(inner)))],
      [2, () => this.#scalarWithScalar(inner)],
    ]);
    return make();
  }

  #scalarWithScalar(depth: number): GeneratedExpression {
    const operator = this.#random.chance(0.3)
      ? `${this.#random.pick(COMPARISONS)} bool`
      : this.#random.pick(ARITHMETIC);
    const operand = (): GeneratedExpression => this.#parenthesized(this.#scalar(depth));
    return scalar(operand(), ` ${operator} `, operand());
  }

  #number(): string {
    return this.#random.weighted<string>([
      [5, String(this.#random.integer(0, 10))],
      [2, this.#random.fraction().toFixed(3)],
      [1, this.#random.pick(["NaN", "Inf", "-Inf", "0", "-1", "1e9"])],
      [1, this.#dialect.isNew ? this.#random.pick(WRITTEN_NUMBERS) : "0x1f"],
    ]);
  }

  #matrix(depth: number): GeneratedExpression {
    if (depth > 0 && this.#random.chance(0.35)) return this.#subquery(depth - 1);
    return matrix(this.#series(), `[${this.#random.pick(DURATIONS)}]`, this.#timeModifiers());
  }

  #subquery(depth: number): GeneratedExpression {
    const range = this.#random.pick(["1m", "2m", "5m", "10m"]);
    const step = this.#random.pick(STEPS);
    const inner = this.#dialect.isNew ? this.#vector(depth) : this.#vectorWithoutSubquery(depth);
    return matrix(this.#parenthesized(inner), `[${range}:${step}]`, this.#timeModifiers());
  }

  /** Before 3.x the edges of a subquery in a subquery meet its steps, which 3.x counts otherwise. */
  #vectorWithoutSubquery(depth: number): GeneratedExpression {
    const made = this.#vector(depth);
    return containsSubquery(made) ? this.#selector() : made;
  }

  #selector(): GeneratedExpression {
    return vector(this.#series(), this.#timeModifiers());
  }

  #series(): string {
    const random = this.#random;
    const name = this.#metricName();
    if (random.chance(0.04)) return `{__name__=~"${name}|${this.#metricName()}"}`;
    if (random.chance(0.55)) return name;
    const matchers = random.some(
      [
        random.pick(['job="api"', 'job!="web"', 'job=~"a.*|w.b"', 'job!~"w.*"', 'job=~".+"']),
        random.pick(['instance="a:1"', 'instance=~"[ab]:.*"', 'instance!=""']),
        random.pick([
          'code="200"',
          'le=~"0.*|1"',
          'zone!="north"',
          'zone=~"münchen|𝒳"',
          "zone!='ÿ'",
          'missing=""',
          'le!="+Inf"',
        ]),
      ],
      0.4,
    );
    return `${name}{${matchers.join(random.pick([",", ", "]))}}`;
  }

  #metricName(): string {
    return this.#dialect.hasHistograms && this.#random.chance(0.3)
      ? this.#random.pick(HISTOGRAM_METRICS)
      : this.#random.pick(FLOAT_METRICS);
  }

  /** A vector of which most series are native histograms, where there are any. */
  #histograms(depth: number): GeneratedExpression {
    const random = this.#random;
    if (!this.#dialect.hasHistograms || random.chance(0.1)) return this.#vector(depth);
    const series = random.pick(HISTOGRAM_METRICS) + random.pick(["", "", '{job="api"}']);
    if (depth <= 0 || random.chance(0.4)) return vector(series, this.#timeModifiers());
    const window = matrix(series, `[${random.pick(DURATIONS)}]`, this.#timeModifiers());
    const call = random.pick([
      "rate",
      "increase",
      "sum_over_time",
      "avg_over_time",
      "last_over_time",
    ]);
    const windowed = vector(`${call}(`, window, ")");
    return random.chance(0.5)
      ? windowed
      : vector(`${random.pick(["sum", "avg"])}${this.#grouping()}(`, windowed, ")");
  }

  #timeModifiers(): string {
    const random = this.#random;
    const offset = random.chance(0.25)
      ? ` offset ${random.pick(["", "", "-"])}${random.pick(DURATIONS)}`
      : "";
    const at = random.chance(0.15)
      ? ` @ ${random.pick(["start()", "end()", this.#someTime()])}`
      : "";
    return random.chance(0.5) ? offset + at : at + offset;
  }

  /** Between the seconds that samples and steps have. */
  #someTime(): string {
    const ms = this.#random.integer(WORLD_START_MS / 10_000, WORLD_END_MS / 10_000) * 10_000 + 7000;
    return String(ms / 1000);
  }

  #windowCall(depth: number): GeneratedExpression {
    const random = this.#random;
    const window = this.#matrix(depth);
    const call = random.weighted<() => GeneratedExpression>([
      [5, () => vector(`${random.pick(RATES)}(`, window, ")")],
      [6, () => vector(`${random.pick(OVER_TIME)}(`, window, ")")],
      [2, () => vector(`${random.pick(OTHER_WINDOWS)}(`, window, ")")],
      [1, () => vector("quantile_over_time(", this.#scalar(0), ", ", window, ")")],
      [1, () => vector("predict_linear(", window, ", ", this.#scalar(0), ")")],
      [this.#dialect.isNew ? 2 : 0, () => vector(`${random.pick(NEW_WINDOWS)}(`, window, ")")],
      [1, () => this.#smoothing(window)],
    ]);
    return call();
  }

  #smoothing(window: GeneratedExpression): GeneratedExpression {
    const name = this.#dialect.isNew ? "double_exponential_smoothing" : "holt_winters";
    const factor = (): string => this.#random.pick(["0.1", "0.5", "0.9", "0.01", "1"]);
    return this.#dialect.isNew
      ? vector(`${name}(`, window, `, ${factor()}, ${factor()})`)
      : vector("last_over_time(", window, ")");
  }

  #aggregation(depth: number): GeneratedExpression {
    const random = this.#random;
    const grouping = this.#grouping();
    const of = (name: string, ...parameter: Parts): GeneratedExpression =>
      random.chance(0.8)
        ? vector(`${name}${grouping} (`, ...parameter, this.#vector(depth), ")")
        : vector(`${name}(`, ...parameter, this.#vector(depth), `)${grouping}`);
    const k = (): GeneratedExpression =>
      random.chance(0.8) ? scalar(String(random.integer(1, 4))) : this.#scalar(1);
    const make = random.weighted<() => GeneratedExpression>([
      [12, () => of(random.pick(AGGREGATIONS))],
      [3, () => of(random.pick(RANKINGS), k(), ", ")],
      [2, () => of("quantile", this.#scalar(random.integer(0, 1)), ", ")],
      [1, () => of("count_values", `"${random.pick(["value", "job", "le"])}", `)],
      [this.#dialect.isNew ? 1 : 0, () => of("limitk", k(), ", ")],
      [this.#dialect.isNew ? 1 : 0, () => of("limit_ratio", this.#ratio(), ", ")],
    ]);
    return make();
  }

  #ratio(): GeneratedExpression {
    return scalar(this.#random.pick(["0.5", "-0.5", "0.3", "1", "-1", "0.8", "1.5", "-2"]));
  }

  #grouping(): string {
    const random = this.#random;
    if (random.chance(0.4)) return "";
    return ` ${random.pick(["by", "without"])} (${random.some(GROUPINGS, 0.35).join(", ")})`;
  }

  #vectorWithScalar(depth: number): GeneratedExpression {
    const random = this.#random;
    const operator = random.chance(0.55)
      ? random.pick(ARITHMETIC)
      : random.pick(COMPARISONS) + random.pick([" bool", "", ""]);
    const sides = [this.#operand(depth), this.#parenthesized(this.#scalar(Math.min(depth, 1)))];
    const [left = "", right = ""] = random.chance(0.7) ? sides : sides.toReversed();
    return vector(left, ` ${operator} `, right);
  }

  /** Mostly of the same metrics on both sides: others have nothing in common but by chance. */
  #vectorWithVector(depth: number): GeneratedExpression {
    const random = this.#random;
    const left = this.#operand(depth);
    const right = random.chance(0.4) ? left : this.#operand(depth);
    if (random.chance(0.3)) {
      return vector(left, ` ${random.pick(SETS)} ${this.#matching()}`, right);
    }
    const operator = random.chance(0.6)
      ? random.pick(ARITHMETIC)
      : random.pick(COMPARISONS) + random.pick(["", "", " bool"]);
    if (random.chance(0.5)) return vector(left, ` ${operator} ${this.#matching()}`, right);
    const group = `${random.pick(["group_left", "group_right"])} (${random.some(["zone", "version"], 0.2).join(", ")}) `;
    const target = vector(random.pick(["limit_bytes", "quota", "build_info", "memory_bytes"]));
    const matching = random.pick([
      "on (job, instance) ",
      "on (job) ",
      "ignoring (code, le, zone) ",
    ]);
    return group.startsWith("group_left")
      ? vector(left, ` ${operator} ${matching}${group}`, target)
      : vector(target, ` ${operator} ${matching}${group}`, left);
  }

  #matching(): string {
    const random = this.#random;
    return random.weighted<string>([
      [5, ""],
      [2, `on (${random.some(["job", "instance", "code"], 0.6).join(", ")}) `],
      [2, `ignoring (${random.some(["code", "le", "zone", "version"], 0.6).join(", ")}) `],
    ]);
  }

  #pointCall(depth: number): GeneratedExpression {
    const random = this.#random;
    const inner = this.#vector(depth);
    const number = (): GeneratedExpression => this.#scalar(random.integer(0, 1));
    const make = random.weighted<() => GeneratedExpression>([
      [6, () => vector(`${random.pick(MATH)}(`, inner, ")")],
      [1, () => vector("round(", inner, ")")],
      [1, () => vector("round(", inner, ", ", number(), ")")],
      [1, () => vector("clamp(", inner, ", ", number(), ", ", number(), ")")],
      [1, () => vector(`${random.pick(["clamp_min", "clamp_max"])}(`, inner, ", ", number(), ")")],
      [2, () => vector("timestamp(", inner, ")")],
      [1, () => vector(`${random.pick(DATES)}(`, inner, ")")],
      [1, () => vector(`${random.pick(DATES)}()`)],
      [1, () => vector("absent(", inner, ")")],
    ]);
    return make();
  }

  #labelCall(depth: number): GeneratedExpression {
    const random = this.#random;
    const inner = this.#vector(depth);
    const target = random.pick(["job", "instance", "new", "__name__", "zone"]);
    const source = random.pick(["job", "instance", "le", "__name__", "zone", "nothing"]);
    const make = random.weighted<() => GeneratedExpression>([
      [
        4,
        () => {
          const replacement = random.pick(["$1", "x-$1", "", "${1}y", "fixed"]);
          const pattern = random.pick(["(.*)", "(.).*", "a.*", "(?i)(A|W).*", ""]);
          return vector(
            "label_replace(",
            inner,
            `, "${target}", "${replacement}", "${source}", "${pattern}")`,
          );
        },
      ],
      [
        2,
        () =>
          vector(
            "label_join(",
            inner,
            `, "${target}", "${random.pick(["-", ""])}", "job", "${source}")`,
          ),
      ],
      [this.#dialect.isNew ? 2 : 0, () => vector("info(", this.#vector(Math.min(depth, 1)), ")")],
    ]);
    return make();
  }

  #sorted(depth: number): GeneratedExpression {
    const random = this.#random;
    const inner = this.#vector(depth);
    if (this.#dialect.isNew && random.chance(0.4)) {
      const labels = random.some(["job", "instance", "zone", "le"]).map((name) => `, "${name}"`);
      const name = random.pick(["sort_by_label", "sort_by_label_desc"]);
      return vector(`${name}(`, inner, labels.length === 0 ? ', "job"' : labels.join(""), ")");
    }
    return vector(`${random.pick(["sort", "sort_desc"])}(`, inner, ")");
  }

  #histogramCall(depth: number): GeneratedExpression {
    const random = this.#random;
    const quantile = (): GeneratedExpression =>
      scalar(random.pick(["0.5", "0.9", "0.99", "0", "1", "0.25", "NaN", "-1", "1.5"]));
    const classic = (): GeneratedExpression => {
      const buckets = matrix(
        `latency_seconds_bucket[${random.pick(DURATIONS)}]`,
        this.#timeModifiers(),
      );
      const rate = vector("rate(", buckets, ")");
      return random.chance(0.5)
        ? rate
        : vector(`sum by (${random.pick(["le", "le, job"])}) (`, rate, ")");
    };
    const native = this.#dialect.hasHistograms;
    const make = random.weighted<() => GeneratedExpression>([
      [3, () => vector("histogram_quantile(", quantile(), ", ", classic(), ")")],
      [
        native ? 4 : 0,
        () => vector("histogram_quantile(", quantile(), ", ", this.#histograms(depth), ")"),
      ],
      [
        native ? 3 : 0,
        () =>
          vector(
            "histogram_fraction(",
            this.#bound(),
            ", ",
            this.#bound(),
            ", ",
            this.#histograms(depth),
            ")",
          ),
      ],
      [
        native ? 4 : 0,
        () => vector(`${random.pick(HISTOGRAM_PARTS)}(`, this.#histograms(depth), ")"),
      ],
      [native ? 2 : 0, () => this.#histograms(depth + 1)],
      [
        native ? 2 : 0,
        () =>
          vector(
            this.#parenthesized(this.#histograms(depth)),
            ` ${random.pick(["*", "/"])} `,
            this.#scalar(0),
          ),
      ],
      [
        native ? 2 : 0,
        () =>
          vector(
            this.#parenthesized(this.#histograms(depth)),
            ` ${random.pick(["+", "-", "==", "!="])} `,
            this.#parenthesized(this.#histograms(depth)),
          ),
      ],
    ]);
    return make();
  }

  #bound(): GeneratedExpression {
    return scalar(this.#random.pick(["-1", "0", "0.3", "1", "2.5", "Inf", "-Inf", "7", "NaN"]));
  }

  #scalarLikeVector(depth: number): GeneratedExpression {
    return vector("vector(", scalar("scalar(", this.#vector(depth), ")"), ")");
  }

  #operand(depth: number): GeneratedExpression {
    return this.#parenthesized(this.#vector(depth));
  }

  /** Mostly: without, precedence decides, which has to be the same on both sides. */
  #parenthesized(expression: GeneratedExpression): GeneratedExpression {
    const isSimple = expression.parts.length === 1 || this.#random.chance(0.05);
    return isSimple ? expression : { type: expression.type, parts: ["(", expression, ")"] };
  }
}

function containsSubquery({ type, parts }: GeneratedExpression): boolean {
  const isSubquery = type === "matrix" && typeof parts[0] !== "string";
  return isSubquery || parts.some((part) => typeof part !== "string" && containsSubquery(part));
}
