import { section } from "../../schema/collections.ts";
import { duration } from "../../schema/scalars.ts";
import { optional } from "../../schema/schema.ts";
import { INHERITED_REFUSED, INHERITED_TABLE, refuseInherited } from "./inherited.ts";

const RULES = "there are no recording or alerting rules here; remove the key";

export const globalSchema = section(
  {
    ...INHERITED_TABLE,
    evaluation_interval: optional(
      duration({ min: 1 }),
      "Accepted because nearly every prometheus.yml has it; without rules it has no effect.",
    ),
  },
  {
    check: refuseInherited,
    refused: {
      ...INHERITED_REFUSED,
      external_labels:
        "Prometheus adds external labels only to what it sends away, never to what it stores; use labels of static_configs or relabel_configs",
      rule_query_offset: RULES,
      query_log_file: "queries go to the server's log; remove the key",
      runtime: "settings of the Go runtime have no meaning here; remove the section",
    },
  },
);
