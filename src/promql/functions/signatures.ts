import type { ValueType } from "../syntax/value-type.ts";

/**
 * The 90 functions of PromQL: what they take and give. The parser and the type checker read this
 * table; who evaluates them looks the name up again (specification: Prometheus 3.14,
 * https://prometheus.io/docs/prometheus/latest/querying/functions/).
 */
export interface FunctionSignature {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optionalArgs: number;
  /** How many more arguments of the last type may follow; `Infinity` for any number. */
  readonly repeatMax: number;
  readonly returns: ValueType;
  /** Behind the flag `promql-experimental-functions`. */
  readonly isExperimental: boolean;
}

const table = new Map<string, FunctionSignature>();

interface SignatureOptions {
  readonly optionalArgs?: number;
  readonly repeatMax?: number;
  readonly isExperimental?: boolean;
  readonly returns?: ValueType;
}

function define(names: string, args: readonly ValueType[], options: SignatureOptions = {}): void {
  for (const name of names.split(" ")) {
    const { optionalArgs = 0, repeatMax = 0, isExperimental = false, returns = "vector" } = options;
    table.set(name, { name, args, optionalArgs, repeatMax, returns, isExperimental });
  }
}

const experimental = { isExperimental: true } as const;

define("abs ceil floor exp sqrt ln log2 log10 sgn", ["vector"]);
define("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh deg rad", ["vector"]);
define("absent sort sort_desc timestamp", ["vector"]);
define("histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum", ["vector"]);
define("start_timestamp", ["vector"], experimental);
define("round", ["vector", "scalar"], { optionalArgs: 1 });
define("clamp", ["vector", "scalar", "scalar"]);
define("clamp_min clamp_max", ["vector", "scalar"]);
define("histogram_quantile", ["scalar", "vector"]);
define("histogram_fraction", ["scalar", "scalar", "vector"]);
define("histogram_quantiles", ["vector", "string", "scalar"], { ...experimental, repeatMax: 9 });
define("label_replace", ["vector", "string", "string", "string", "string"]);
define("label_join", ["vector", "string", "string", "string"], {
  optionalArgs: 1,
  repeatMax: Infinity,
});
define("sort_by_label sort_by_label_desc", ["vector", "string"], {
  ...experimental,
  repeatMax: Infinity,
});
define("info", ["vector", "vector"], { ...experimental, optionalArgs: 1 });
define("minute hour day_of_week day_of_month day_of_year days_in_month month year", ["vector"], {
  optionalArgs: 1,
});

define("rate irate increase delta idelta deriv changes resets", ["matrix"]);
define("avg_over_time min_over_time max_over_time sum_over_time count_over_time", ["matrix"]);
define("first_over_time last_over_time present_over_time absent_over_time", ["matrix"]);
define("stddev_over_time stdvar_over_time", ["matrix"]);
define("mad_over_time ts_of_min_over_time ts_of_max_over_time", ["matrix"], experimental);
define("ts_of_first_over_time ts_of_last_over_time", ["matrix"], experimental);
define("quantile_over_time", ["scalar", "matrix"]);
define("predict_linear", ["matrix", "scalar"]);
define("double_exponential_smoothing", ["matrix", "scalar", "scalar"], experimental);

define("vector", ["scalar"]);
define("scalar", ["vector"], { returns: "scalar" });
define("time pi", [], { returns: "scalar" });
define("start end range step", [], { ...experimental, returns: "scalar" });
define("min_of max_of", ["scalar", "scalar"], { ...experimental, returns: "scalar" });

/** By name. */
export const FUNCTION_SIGNATURES: ReadonlyMap<string, FunctionSignature> = table;
