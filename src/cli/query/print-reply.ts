import { formatTime } from "../terminal/format-time.ts";
import { printable } from "../terminal/printable.ts";
import { printTable } from "../terminal/table.ts";
import type { Output } from "../terminal/terminal.ts";
import type { QueryReply, ReplyPoint } from "./query-reply.ts";

/** A row a point, the values before the names, which may be long. */
export function printReply(output: Output, reply: QueryReply): void {
  const rows = reply.series.flatMap(({ name, points }) =>
    points.map((point) => ({ name, ...point })),
  );
  if (reply.type === "scalar" || reply.type === "string") {
    for (const { text } of rows) output.line(printable(text));
    return;
  }
  const value = { title: "VALUE", value: (row: ReplyPoint) => row.text, align: "right" } as const;
  const series = { title: "SERIES", value: (row: { readonly name: string }) => row.name };
  const time = { title: "TIME", value: (row: ReplyPoint) => moment(row.timeMs) };
  printTable(output, reply.type === "vector" ? [value, series] : [time, value, series], rows);
}

/** To the second, or to the millisecond where that says more. */
function moment(timeMs: number): string {
  return timeMs % 1000 === 0
    ? formatTime(timeMs)
    : new Date(timeMs).toISOString().replace("T", " ");
}
