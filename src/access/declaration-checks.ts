import { parseSelector, PromqlSyntaxError } from "#promql";
import { clientIdUnfitness } from "./administration/names.ts";
import { secretWeakness } from "./credential/declared-secret.ts";
import { canonicalScope, type OwnerKind, scopesFor } from "./scopes.ts";

/**
 * Judgements on single values of gaugeway.yaml, so that they are refused with their line. Each
 * returns the reason, which quotes no secret, or null.
 */
export const declarationChecks: {
  readonly selector: (text: string) => string | null;
  readonly scope: (owner: OwnerKind, text: string) => string | null;
  readonly clientId: (text: string) => string | null;
  readonly clientSecret: (text: string) => string | null;
} = {
  selector: (text) => {
    try {
      parseSelector(text);
      return null;
    } catch (error) {
      if (error instanceof PromqlSyntaxError) return error.message;
      throw error;
    }
  },
  scope: (owner, text) =>
    canonicalScope(owner, text) === null
      ? `known are ${scopesFor(owner).join(", ")}, and wildcards such as metrics.*`
      : null,
  clientId: clientIdUnfitness,
  clientSecret: secretWeakness,
};
