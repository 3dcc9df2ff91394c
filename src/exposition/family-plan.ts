/**
 * Which family of the document each metric name is written in.
 *
 * A store knows a type per series, from whatever its targets said: names that do not fit their
 * type, two targets that disagree, families whose names clash (a counter `a` and a gauge
 * `a_created`). A strict parser refuses a whole document for any of these, so a name that cannot
 * keep its family becomes a family of its own, of type unknown. Names of series never change.
 */
import { compareUtf8, type MetricMetadata, type MetricType } from "#model";
import { escapeMetricName, type EscapingScheme, isLegacyMetricName } from "./escaping.ts";
import { familySuffixes } from "./family-suffixes.ts";
import { type ExpositionFormat, isOpenMetrics } from "./format.ts";

/** The format of a document and how it writes names outside the legacy character set. */
export interface ExpositionStyle {
  readonly format: ExpositionFormat;
  readonly escaping: EscapingScheme;
}

/** What the metadata lines of one family say, in the words of the format. */
export interface FamilyHeader {
  /** As written, escaped. In Prometheus text a counter's name ends with `_total`. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** "" unless the format has units and the name ends with this one. */
  readonly unit: string;
}

/** Where the samples of one metric name stand. */
export interface FamilyPlace {
  /** The same object for all names of a family. */
  readonly header: FamilyHeader;
  /** As written, escaped. */
  readonly sampleName: string;
  /** The order among the samples of one label set. */
  readonly rank: number;
  /** The label whose values are numbers: ordered as such, and written canonically. */
  readonly boundLabel: "le" | "quantile" | null;
  readonly allowsExemplars: boolean;
}

/**
 * Plans a document. `names` maps each metric name to what is known of it. The result has an entry
 * for every name that the format can show: `_created` samples have no place in Prometheus text.
 * Names of a family in `apart` (by its written name; see family-completeness.ts) become families of
 * their own.
 */
export function planFamilies(
  names: ReadonlyMap<string, MetricMetadata | null>,
  style: ExpositionStyle,
  apart: ReadonlySet<string> = new Set(),
): Map<string, FamilyPlace> {
  const claims = [...names.keys()].toSorted(compareUtf8).flatMap((name) => {
    const claim = claimOf(name, names.get(name) ?? null, style.format);
    return claim === null ? [] : [claim];
  });
  const clashing = clashingFamilies(claims);
  const settled = claims.map((claim) =>
    clashing.has(familyKey(claim)) ? ownFamily(claim.name, claim.help) : claim,
  );
  if (apart.size === 0) return placesOf(settled, style);
  const places = placesOf(settled, style);
  const isApart = ({ name }: Claim) => apart.has(places.get(name)?.header.name ?? "");
  return placesOf(
    settled.map((claim) => (isApart(claim) ? ownFamily(claim.name, claim.help) : claim)),
    style,
  );
}

/** A name's wish: its family, and what it adds to the family's name. */
interface Claim {
  readonly name: string;
  readonly family: string;
  readonly suffix: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

function claimOf(
  name: string,
  metadata: MetricMetadata | null,
  format: ExpositionFormat,
): Claim | null {
  if (metadata === null) return ownFamily(name, "");
  const { family, type, help, unit } = metadata;
  const suffix = name.startsWith(family) ? name.slice(family.length) : null;
  const fits = suffix !== null && familySuffixes[type].includes(suffix);
  if (isOpenMetrics(format)) {
    return fits ? { name, family, suffix, type, help, unit } : ownFamily(name, help);
  }
  if (type === "counter" && (fits || suffix === "")) {
    return suffix === "_created" ? null : { ...ownFamily(name, help), type };
  }
  if (!fits) return ownFamily(name, help);
  return textClaim(ownFamily(name, help), family, suffix, type);
}

/** Prometheus text knows counter, gauge, histogram, summary and untyped. */
function textClaim(own: Claim, family: string, suffix: string, type: MetricType): Claim | null {
  switch (type) {
    case "histogram":
    case "summary":
      return suffix === "_created" ? null : { ...own, family, suffix, type };
    case "gaugehistogram":
      return suffix === "_bucket"
        ? { ...own, family, suffix, type: "histogram" }
        : { ...own, type: "gauge" };
    case "gauge":
    case "info":
    case "stateset":
      return { ...own, type: "gauge" };
    case "counter":
    case "unknown":
      return { ...own, type };
  }
}

function ownFamily(name: string, help: string): Claim {
  return { name, family: name, suffix: "", type: "unknown", help, unit: "" };
}

function familyKey(claim: Claim): string {
  return `${claim.type} ${claim.family}`;
}

/**
 * Families that claim a name which another one claims too: each claims its own name and that with
 * every suffix of its type. Families of a single name always keep it, so the others give way.
 */
function clashingFamilies(claims: readonly Claim[]): ReadonlySet<string> {
  const families = new Map(claims.map((claim) => [familyKey(claim), claim]));
  const claimants = new Map<string, number>();
  for (const claim of families.values()) {
    for (const name of claimedNames(claim.family, claim.type)) {
      claimants.set(name, (claimants.get(name) ?? 0) + 1);
    }
  }
  const clashing = new Set<string>();
  for (const [key, { family, type }] of families) {
    const names = claimedNames(family, type);
    if (names.length > 1 && names.some((name) => claimants.get(name) !== 1)) clashing.add(key);
  }
  return clashing;
}

/** Names that no other family of the document may use. */
export function claimedNames(family: string, type: MetricType): readonly string[] {
  return [...new Set(["", ...familySuffixes[type]])].map((suffix) => family + suffix);
}

function placesOf(claims: readonly Claim[], style: ExpositionStyle): Map<string, FamilyPlace> {
  const headers = new Map<string, FamilyHeader>();
  const written = new Set<string>();
  const places = new Map<string, FamilyPlace>();
  // Names that need no escaping come first: they cannot give way.
  const plain = claims.filter(({ family }) => isLegacyMetricName(family));
  const others = claims.filter(({ family }) => !isLegacyMetricName(family));
  for (const claim of [...plain, ...others]) {
    let header = headers.get(claim.family);
    if (header === undefined) {
      header = headerOf(claim, written, style);
      headers.set(claim.family, header);
    }
    places.set(claim.name, placeOf(claim, header));
  }
  return places;
}

function headerOf(claim: Claim, written: Set<string>, style: ExpositionStyle): FamilyHeader {
  const { type, help, family } = claim;
  let name = escapeMetricName(family, style.escaping);
  // `a.b` and `a_b` would become one family: the later one is written reversibly instead.
  const isEscaped = name !== family;
  if (isEscaped && claimedNames(name, type).some((claimed) => written.has(claimed))) {
    name = escapeMetricName(family, "values");
  }
  for (const claimed of claimedNames(name, type)) written.add(claimed);
  const unitFits = claim.unit !== "" && name.endsWith(`_${claim.unit}`);
  const unit = unitFits && type !== "info" && type !== "stateset" ? claim.unit : "";
  return { name, type, help, unit };
}

function placeOf(claim: Claim, header: FamilyHeader): FamilyPlace {
  const { suffix, type } = claim;
  const isBucket = suffix === "_bucket";
  return {
    header,
    sampleName: header.name + suffix,
    rank: familySuffixes[type].indexOf(suffix),
    boundLabel: isBucket ? "le" : type === "summary" && suffix === "" ? "quantile" : null,
    allowsExemplars: isBucket || suffix === "_total",
  };
}
