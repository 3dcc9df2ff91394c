import { printable } from "./terminal/printable.ts";
import type { Output, Style } from "./terminal/terminal.ts";

const LEVEL_STYLES: Readonly<Record<string, Style>> = {
  trace: "gray",
  debug: "gray",
  info: "green",
  warn: "yellow",
  error: "red",
  fatal: ["bold", "red"],
};

/** One JSON record as a line for people: time, level, message, then the facts as `name=value`. */
export function formatRecord(json: string, output: Output): string {
  const { time, level, msg, error, ...facts } = JSON.parse(json) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const style = LEVEL_STYLES[String(level)] ?? "gray";
  const parts = [
    output.style("gray", clock),
    output.style(style, String(level).toUpperCase().padEnd(5)),
    printable(typeof msg === "string" ? msg : ""),
    ...Object.entries(facts).map(([name, value]) =>
      output.style("gray", `${printable(name)}=${valueText(value)}`),
    ),
  ];
  return `${parts.join(" ")}\n${errorLines(error)}`;
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return /^[^\s"=]+$/.test(text) ? printable(text) : printable(JSON.stringify(text));
}

function errorLines(error: unknown): string {
  if (error === undefined) return "";
  if (typeof error !== "object" || error === null) {
    return `    ${printable(JSON.stringify(error) ?? "")}\n`;
  }
  const { message, stack, code } = error as Readonly<Record<string, unknown>>;
  const named = typeof code === "string" ? `${code}: ` : "";
  const text = typeof stack === "string" ? stack : `${named}${String(message)}`;
  return text
    .split("\n")
    .map((line) => `    ${printable(line.trim())}\n`)
    .join("");
}
