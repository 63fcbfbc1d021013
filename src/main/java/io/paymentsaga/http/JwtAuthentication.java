package io.paymentsaga.http;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.health.HealthStatus;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recognises callers by a signed JWT (RFC 7519) of one issuer for one audience. Only asymmetric
 * signatures are accepted: with a shared secret, whoever can check a token can also make one.
 *
 * <p>The issuer's keys are kept for an hour and renewed in the background every five minutes, so
 * calls go on while the issuer is away. An unknown key id makes them be fetched at once, but not
 * more often than every five seconds.
 */
final class JwtAuthentication implements Authentication {
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final Pattern BEARER =
      Pattern.compile("Bearer +([A-Za-z0-9._~+/=-]+)", Pattern.CASE_INSENSITIVE);
  private static final String CHALLENGE = "Bearer realm=\"payments\"";
  private static final int CLOCK_SKEW_SECONDS = 30;

  private static final Duration KEYS_KEPT = Duration.ofHours(1);
  private static final Duration KEYS_RENEWED = Duration.ofMinutes(5);
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(5);
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(2);
  private static final int JWKS_SIZE_LIMIT = 256 * 1024;

  private final JWKSource<SecurityContext> keys;
  private final DefaultJWTProcessor<SecurityContext> tokens;
  private volatile boolean keysReachable = true;

  JwtAuthentication(AuthSettings settings) {
    keys = keySource(settings);
    tokens = new DefaultJWTProcessor<>();
    tokens.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), /* a token without typ */ null));
    tokens.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            settings.audience(),
            new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
            Set.of("sub", "exp"));
    claims.setMaxClockSkew(CLOCK_SKEW_SECONDS);
    tokens.setJWTClaimsSetVerifier(claims);
  }

  private JWKSource<SecurityContext> keySource(AuthSettings settings) {
    int timeout = Math.toIntExact(FETCH_TIMEOUT.toMillis());
    return JWKSourceBuilder.<SecurityContext>create(
            settings.jwks(), new DefaultResourceRetriever(timeout, timeout, JWKS_SIZE_LIMIT))
        .retrying(true)
        .healthReporting(report -> keysReachable = report.getHealthStatus() == HealthStatus.HEALTHY)
        .rateLimited(BETWEEN_FETCHES.toMillis())
        .cache(KEYS_KEPT.toMillis(), FETCH_TIMEOUT.multipliedBy(3).toMillis())
        .refreshAheadCache(KEYS_KEPT.minus(KEYS_RENEWED).toMillis(), /* scheduled= */ false)
        .build();
  }

  @Override
  public Caller caller(String authorization) {
    if (authorization == null) {
      throw ProblemException.unauthorized("A bearer token is required", CHALLENGE);
    }
    Matcher bearer = BEARER.matcher(authorization);
    if (!bearer.matches()) {
      throw invalidToken();
    }
    JWTClaimsSet claims = verified(bearer.group(1));
    if (claims.getSubject().isBlank()) {
      throw invalidToken();
    }
    return new Caller(claims.getSubject(), scopes(claims));
  }

  private JWTClaimsSet verified(String token) {
    try {
      return tokens.process(token, null);
    } catch (RateLimitReachedException e) {
      // The keys were asked for a moment ago: when that worked, this token's key does not exist.
      throw keysReachable ? invalidToken() : keysUnavailable(e);
    } catch (KeySourceException e) {
      throw keysUnavailable(e);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw invalidToken();
    }
  }

  /** Why a token is refused is not told: it would help nobody but a forger. */
  private static ProblemException invalidToken() {
    return ProblemException.unauthorized(
        "The bearer token is not valid", CHALLENGE + ", error=\"invalid_token\"");
  }

  private static ProblemException keysUnavailable(Exception cause) {
    return ProblemException.unavailable(
        "Tokens cannot be checked at the moment", BETWEEN_FETCHES, cause);
  }

  private static Set<Scope> scopes(JWTClaimsSet claims) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    Stream.of("scope", "scp")
        .map(claims::getClaim)
        .flatMap(JwtAuthentication::words)
        .forEach(word -> Scope.ofClaim(word).ifPresent(scopes::add));
    return scopes;
  }

  private static Stream<String> words(Object claim) {
    if (claim instanceof String text) {
      return Arrays.stream(text.split(" ", -1));
    }
    List<Object> values = claim instanceof Collection<?> several ? List.copyOf(several) : List.of();
    return values.stream().filter(String.class::isInstance).map(String.class::cast);
  }

  @Override
  public void close() {
    try {
      ((JWKSetBasedJWKSource<SecurityContext>) keys).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
