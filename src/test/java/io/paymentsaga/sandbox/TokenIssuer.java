package io.paymentsaga.sandbox;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Stands in for an identity provider: publishes a key of its own as a JWKS and signs whatever token
 * it is asked for. The key lives as long as the issuer, tokens of an earlier one are worthless.
 */
public final class TokenIssuer implements AutoCloseable {
  /** The audience the service expects. */
  public static final String AUDIENCE = "payment-saga-service";

  private static final String JWKS_PATH = "/.well-known/jwks.json";
  private static final Duration DEFAULT_TTL = Duration.ofHours(24);
  private static final List<String> OPERATOR_SCOPES =
      List.of("payments:write", "payments:read", "payments:refund", "payments:operate");
  private static final List<String> CUSTOMER_SCOPES = List.of("payments:own");
  private static final int KEY_BITS = 2048;

  private final HttpServer server;
  private final URI issuer;
  private final RSAKey key;
  private final RSASSASigner signer;
  private final Clock clock;

  private TokenIssuer(HttpServer server, URI issuer, Clock clock) throws JOSEException {
    this.server = server;
    this.issuer = issuer;
    this.clock = clock;
    this.key =
        new RSAKeyGenerator(KEY_BITS)
            .keyUse(KeyUse.SIGNATURE)
            .algorithm(JWSAlgorithm.RS256)
            .keyID(UUID.randomUUID().toString())
            .generate();
    this.signer = new RSASSASigner(key);
  }

  /** Starts an issuer on a free port of 127.0.0.1. */
  public static TokenIssuer start() {
    HttpServer server = bind(LoopbackPort.address(0));
    URI issuer =
        URI.create("http://%s:%d".formatted(LoopbackPort.HOST, server.getAddress().getPort()));
    return start(server, issuer);
  }

  /**
   * Runs until the process is told to stop, and prints a token for an operator and one for a
   * customer. {@code TOKEN_ISSUER_URL} is the address under which the service finds it; it listens
   * on that port of every interface.
   */
  public static void main(String[] args) {
    URI issuer =
        URI.create(System.getenv().getOrDefault("TOKEN_ISSUER_URL", "http://127.0.0.1:8085"));
    TokenIssuer tokens = start(bind(new InetSocketAddress(issuer.getPort())), issuer);
    System.out.println("Issuing tokens as " + issuer);
    System.out.println("operator: " + tokens.operatorToken());
    System.out.println("customer: " + tokens.customerToken());
  }

  /** The {@code iss} of every token. */
  public String issuer() {
    return issuer.toString();
  }

  public URI jwksUrl() {
    return issuer.resolve(JWKS_PATH);
  }

  /** Valid for a day, with every scope but {@code payments:own}. */
  public String operatorToken() {
    return mint("operator@sandbox", OPERATOR_SCOPES, DEFAULT_TTL);
  }

  /** Valid for a day; of the customer {@code usr_7}, with the scope {@code payments:own}. */
  public String customerToken() {
    return mint("usr_7", CUSTOMER_SCOPES, DEFAULT_TTL);
  }

  /**
   * Mints a token.
   *
   * @param scopes none leaves the claim out
   * @param ttl from now; negative for a token that has expired
   */
  public String mint(String subject, List<String> scopes, Duration ttl) {
    Instant now = clock.instant();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience(AUDIENCE)
            .subject(subject)
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ttl)));
    if (!scopes.isEmpty()) {
      claims.claim("scope", String.join(" ", scopes));
    }
    return sign(claims.build());
  }

  /** Signs any claims, odd ones too. */
  public String sign(JWTClaimsSet claims) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static TokenIssuer start(HttpServer server, URI issuer) {
    try {
      TokenIssuer tokens = new TokenIssuer(server, issuer, Clock.systemUTC());
      server.createContext(JWKS_PATH, tokens::publishKeys);
      server.start();
      return tokens;
    } catch (JOSEException e) {
      server.stop(0);
      throw new IllegalStateException(e);
    }
  }

  private static HttpServer bind(InetSocketAddress address) {
    try {
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void publishKeys(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, Object> publicKeys = new JWKSet(key).toJSONObject();
      byte[] body = JSONObjectUtils.toJSONString(publicKeys).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
