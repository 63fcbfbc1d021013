package io.paymentsaga.http;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * The route step that lets a call pass or ends it. In YAML: {@code method: "require(${exchange},
 * 'payments:read')"}. After it the exchange property {@code caller} holds the {@link Caller}.
 */
public final class Access {
  private final Authentication authentication;
  private final RateLimits limits;

  public Access(Authentication authentication, RateLimits limits) {
    this.authentication = authentication;
    this.limits = limits;
  }

  /**
   * Lets a caller pass who has this scope.
   *
   * @throws ProblemException 401, 403, 429 or 503
   * @throws IllegalArgumentException when a route asks for a scope that does not exist
   */
  public void require(Exchange exchange, String scope) {
    admit(exchange, known(scope));
  }

  /**
   * Lets a caller pass who has this scope, or {@code payments:own} and nothing else. The route must
   * then ask {@link Caller#mayActFor}.
   *
   * @throws ProblemException 401, 403, 429 or 503
   * @throws IllegalArgumentException when a route asks for a scope that does not exist
   */
  public void requireOrOwn(Exchange exchange, String scope) {
    admit(exchange, known(scope), Scope.OWN);
  }

  private void admit(Exchange exchange, Scope... anyOf) {
    Caller caller =
        authentication.caller(exchange.getMessage().getHeader("Authorization", String.class));
    limits.count(caller);
    boolean admitted =
        Arrays.stream(anyOf)
            .anyMatch(scope -> scope == Scope.OWN ? caller.ownOnly() : caller.has(scope));
    if (!admitted) {
      String scopes = Arrays.stream(anyOf).map(Scope::claim).collect(Collectors.joining(" or "));
      throw ProblemException.insufficientScope(
          "This call needs the scope " + scopes,
          "Bearer realm=\"payments\", error=\"insufficient_scope\", scope=\""
              + anyOf[0].claim()
              + "\"");
    }
    exchange.setProperty(Caller.PROPERTY, caller);
    // Nothing behind this step has a use for the token, and nothing may pass it on.
    exchange.getMessage().removeHeader("Authorization");
  }

  private static Scope known(String scope) {
    return Scope.ofClaim(scope)
        .orElseThrow(() -> new IllegalArgumentException("There is no scope " + scope));
  }
}
