package io.paymentsaga.http;

import java.util.Arrays;
import java.util.Optional;

/** What a caller may be allowed to do. */
public enum Scope {
  READ("payments:read"),
  WRITE("payments:write"),
  REFUND("payments:refund"),
  OPERATE("payments:operate"),
  /** Only payments of the caller's own. */
  OWN("payments:own");

  private final String claim;

  Scope(String claim) {
    this.claim = claim;
  }

  /** As it stands in a token, for example {@code payments:read}. */
  public String claim() {
    return claim;
  }

  /** The scope of this name; empty for a scope that means nothing to this service. */
  static Optional<Scope> ofClaim(String claim) {
    return Arrays.stream(values()).filter(scope -> scope.claim.equals(claim)).findFirst();
  }
}
