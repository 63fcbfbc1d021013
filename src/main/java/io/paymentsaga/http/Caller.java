package io.paymentsaga.http;

import java.util.Set;

/**
 * Who makes the call.
 *
 * @param subject the token's {@code sub}; {@code anonymous} when authentication is switched off
 * @param scopes the scopes of this service the caller has; foreign ones are left out
 */
public record Caller(String subject, Set<Scope> scopes) {
  /** The name of the exchange property. */
  public static final String PROPERTY = "caller";

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  boolean has(Scope scope) {
    return scopes.contains(scope);
  }

  /** Whether the caller is a customer, who may act for nobody else. */
  public boolean ownOnly() {
    return scopes.equals(Set.of(Scope.OWN));
  }

  /** Whether the caller may act on what belongs to this user; null is a user nobody is. */
  public boolean mayActFor(String userId) {
    return !ownOnly() || subject.equals(userId);
  }
}
